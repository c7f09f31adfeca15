"""One module per producer; each has `SOURCE`, an object that follows `etl.source.Source`."""
