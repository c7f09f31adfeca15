"""What the operator's machines ask: whether it lives, whether it is ready, and its counts."""
