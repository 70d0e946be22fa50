"""Basics that all packages share: arrays, sequences, checks, compiled code."""
