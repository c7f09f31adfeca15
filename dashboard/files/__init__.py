"""Files of charts and tables as a page shows them, and what makes and keeps the expensive ones."""
