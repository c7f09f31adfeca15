"""Stories: short texts whose every number is carried by a claim that is checked on the figures that serve."""
