"""Figures and scores read ahead, beside the database."""
