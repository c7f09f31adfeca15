"""Whose copy this is: what a ministry or an institute says in one file, and what may be wrong with it."""
