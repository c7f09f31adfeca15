"""The page on how the index is made."""
