"""Endpoints of accounts: one class a URL, one method a verb."""
