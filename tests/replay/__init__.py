"""A server that answers in the place of all producers, in the shapes they document, with faults on demand."""
