"""The audit of the index: what is measured of it, its weak points, and what is said of them."""
