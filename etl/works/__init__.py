"""Counting works of a snapshot of OpenAlex: what is there, what is counted, by which engine, and what is written."""
