"""The outreach team's pages."""
