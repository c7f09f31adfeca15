"""From a producer's file to a published vintage."""
