"""Pictures and documents drawn by a confined browser, and tables of what a page shows."""
