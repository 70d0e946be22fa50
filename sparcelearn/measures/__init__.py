"""What a reservoir, a code or a memory is worth, in numbers: one measure to a file."""

from sparcelearn.measures._memory import memory_lifetime, memory_snr, memory_snr_theory

__all__ = ["memory_lifetime", "memory_snr", "memory_snr_theory"]
