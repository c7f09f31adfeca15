"""What is expected of a pair's joint works, beside what there is, as values and as words."""
