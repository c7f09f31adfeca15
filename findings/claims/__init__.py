"""A claim held against the figures."""
