"""Dated events of countries and pairs: what was compared with what, and what may be said of it."""
