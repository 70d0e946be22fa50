"""A reservoir and a readout as one estimator that learns from a stream."""
