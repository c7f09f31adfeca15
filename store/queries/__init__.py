"""What is asked of the store, by what it is about."""
