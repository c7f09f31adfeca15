"""Data quality: the page, and the sections of its report."""
