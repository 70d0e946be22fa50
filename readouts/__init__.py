"""From features to outputs: local, online, threshold-sparsified learning."""
