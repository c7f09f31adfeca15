"""Briefings: a country or a pair on a few slides, on two pages, or in a document that needs nothing else.

What is said is made once (`country.py`, `pair.py`) as parts of a brief (`brief.py`); a format only sets it.
"""
