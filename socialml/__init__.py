"""The composition root: settings, URLs, processes, and what every app stands on.

Kept empty: `python3 -m socialml.install` passes through here before anything is installed.
"""
