"""Scores of an index: aggregation, ranks, drivers."""
