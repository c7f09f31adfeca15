"""The shapes of services that answer with more than a table."""
