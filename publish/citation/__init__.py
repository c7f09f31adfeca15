"""How a table or a series is cited."""
