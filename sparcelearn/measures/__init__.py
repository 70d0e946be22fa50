"""What a reservoir, a code or a memory is worth, in numbers: one measure to a file."""

__all__: list[str] = []
