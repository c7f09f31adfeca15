"""Figures that an institution supplies of its own: looked at before they are published, published, removed."""
