"""Figures of two countries: layers, measures, intensity, the network."""
