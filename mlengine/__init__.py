"""Machine learning: what is learned from the event log, judged, stored and read."""
