"""The page of two indices side by side."""
