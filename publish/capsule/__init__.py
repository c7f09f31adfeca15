"""Capsules: pages, tables, method and data of a country or a pair in one folder that needs no server, and is signed."""
