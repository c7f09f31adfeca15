"""What programs look for at a site: where everything is, in their own formats."""
