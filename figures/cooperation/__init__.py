"""Charts of cooperation: fields of science, openness and exposure."""
