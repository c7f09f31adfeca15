"""The page of other choices and what they change."""
