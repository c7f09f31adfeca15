"""The list of views for a presentation."""
