"""The page of an indicator or a score."""
