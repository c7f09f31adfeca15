"""Exhibits of cooperation between countries beyond the ties counted: who moved, what is expected, which fields."""
