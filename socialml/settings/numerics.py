"""Numerical libraries: one thread a process, set before any of them is loaded.

Processes are what share the cores here. Two threads of linear algebra that wait for each other on
a busy core took ten times as long as one.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
