"""What varies in an analysis of uncertainty, as a methodology names it."""
