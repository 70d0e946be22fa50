"""Several readouts side by side, mixed by how well each has predicted lately."""
