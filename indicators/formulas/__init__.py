"""Nodes by formula: what a formula may say, how it is read, and how it is computed over columns."""
