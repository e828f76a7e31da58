"""Measuring the hot paths of a running installation against a bare view, in one run."""
