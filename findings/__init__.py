"""What can be said from the store, as values: no layout, no file format."""
