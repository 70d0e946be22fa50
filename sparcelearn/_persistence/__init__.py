"""Saving estimators to files and loading them."""
