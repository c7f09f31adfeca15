"""The tests. A package, so that a file that another one imports is not imported a second time under another name."""

import os

# Before numpy, which reads it once: the matrices of two hundred countries gain nothing from a second thread, and
# one that waits for the next product keeps a core busy on which another worker could run its test.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
