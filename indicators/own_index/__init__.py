"""A user's own index: its table, its structure, its uncertainty."""
