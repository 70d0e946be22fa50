"""What all parts of the library stand on: arrays, sequences, checks, compiled code."""
