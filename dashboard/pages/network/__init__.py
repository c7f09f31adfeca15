"""The page of who is tied to whom."""
