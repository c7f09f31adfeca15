"""The commands of `scidip`: one file each, found by themselves."""
