"""Whole answers: made once for all visitors, kept, and made before they are asked for."""
