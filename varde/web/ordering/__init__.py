"""The screen where limits are drafted, tried, ordered and verified."""
