"""Two indices side by side: one of the user's own beside another of theirs, or beside the published one."""
