"""The database: runs, vintages, observations and scores. SQLAlchemy Core; SQLite by default."""
