"""Several parties, each with weights of its own: what holds under all of them, and the smallest concession."""
