"""The page of several countries side by side."""
