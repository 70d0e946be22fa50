"""Readouts at limited precision: quantisers, chips, and the three tiers of learning on them."""

__all__: list[str] = []
