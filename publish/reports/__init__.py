"""Texts for the command line and for the documentation."""
