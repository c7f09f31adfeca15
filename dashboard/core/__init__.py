"""What every page stands on: the context of a request, addresses, language, the memory of answers."""
