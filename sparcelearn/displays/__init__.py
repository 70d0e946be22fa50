"""Figures in the manner of scikit-learn's displays. They need matplotlib, an extra."""

__all__: list[str] = []
