"""Readouts that keep old classes while they learn new ones, and starts for new tasks."""
