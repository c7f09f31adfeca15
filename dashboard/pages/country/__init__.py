"""The page of a country."""
