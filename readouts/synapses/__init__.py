"""What becomes of a proposed change of a weight: synapse models, one to a file."""

__all__: list[str] = []
