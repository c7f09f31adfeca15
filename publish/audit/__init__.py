"""The audit: what is printed, read back and held against the figures that are stored.

Sentences are made as pages make them and then taken apart again: names, numbers, years. `truth` answers from the
stored rows alone, by rules of its own; it shares no query with what made the sentences.
"""
