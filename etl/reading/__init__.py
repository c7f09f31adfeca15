"""Reading producers' files: archives, workbooks, text tables, and the shapes they come in."""
