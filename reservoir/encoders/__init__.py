"""From numbers to spikes and back: transformers, one code to a file."""

__all__: list[str] = []
