"""Reading the log and what was counted from it."""
