"""The database file: opening, holding, writing, copying, migrating."""
