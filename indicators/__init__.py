"""The domain: the factor model, observations, scores and their uncertainty. No I/O, no SQL, no web."""
