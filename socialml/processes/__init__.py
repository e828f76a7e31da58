"""The processes that `manage.py up` starts, and the order in which they start and stop."""
