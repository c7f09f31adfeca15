"""The page on which an institution puts in figures of its own: behind a token, looked at before they are published."""
