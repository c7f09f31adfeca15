"""Several parties with weights of their own, as values and as words."""
