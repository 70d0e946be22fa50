"""What a reservoir, a code or a memory is worth, in numbers: one measure to a file."""

from sparcelearn.measures._van_rossum import van_rossum

__all__ = ["van_rossum"]
