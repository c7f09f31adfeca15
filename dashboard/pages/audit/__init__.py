"""The page of the audit of the index."""
