"""What each producer answers: one module a source, with `HOSTS` and `reply`; the figures are invented."""
