"""Compiled inner loops of the readouts, on plain numbers and arrays."""
