"""The page of the ranking, of one year or two."""
