"""What pages show, as exhibits: one module a subject, and the columns they share."""
