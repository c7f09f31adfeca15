"""Tables as files: what they hold, where it comes from, the data package."""
