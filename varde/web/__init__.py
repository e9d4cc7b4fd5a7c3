"""Web: the door for people. One module a screen; reads queries, calls actions, never models."""
