"""Stories told on the figures that serve: each sentence with its numbers, its claim and the verdict on it."""
