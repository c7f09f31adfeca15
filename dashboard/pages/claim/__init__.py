"""The page that holds a sentence against the figures."""
