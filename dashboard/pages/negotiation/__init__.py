"""The page of several parties with weights of their own."""
