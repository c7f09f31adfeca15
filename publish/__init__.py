"""From the store to files and machines."""
