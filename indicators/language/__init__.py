"""The language of a request, and the files of translations."""
