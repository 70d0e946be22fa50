"""Estimators in files."""
