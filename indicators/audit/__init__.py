"""The audit of the index: its rules, and what of it takes long enough to be kept with the scores."""
