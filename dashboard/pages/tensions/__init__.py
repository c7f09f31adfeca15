"""The page of cooperation across tensions."""
