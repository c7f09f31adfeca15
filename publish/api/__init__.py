"""The programming interface: its routes, its queries, its description."""
