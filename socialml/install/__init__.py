"""Installing, run by a bare Python that may be too old: the standard library alone, and no syntax
newer than Python 3.7, so that the answer is a sentence and no traceback."""
