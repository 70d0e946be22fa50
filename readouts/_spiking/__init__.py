"""Readouts that are layers of neurons and read spikes in time."""
