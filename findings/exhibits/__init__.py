"""What pages show in tables, as values: one module a subject."""
