"""The page of two countries."""
