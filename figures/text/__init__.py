"""Numbers, labels and sentences of figures."""
