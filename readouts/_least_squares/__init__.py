"""Readouts that minimise a squared error from sums or correlations over samples."""
