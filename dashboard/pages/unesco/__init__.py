"""The page of UNESCO's programmes and aims."""
