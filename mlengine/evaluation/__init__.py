"""One judge a task: the same code that serves, on files anybody can supply.

Each module has `evaluate(...)`, which returns what `manage.py evaluate` prints as JSON.
"""
