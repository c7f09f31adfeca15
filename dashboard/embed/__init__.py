"""A part of a page in a page of somebody else: the frame, what services ask about it, and what a pasted link shows."""
