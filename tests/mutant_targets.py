"""What the mutation test changes, which tests should notice, and what no test could."""

# Files that are mutated, and the tests that should notice; quick ones first.
TARGETS = {
    "readouts/hardware/_presets.py": ["readouts/test_hardware.py"],
    "readouts/hardware/_decays.py": ["readouts/test_hardware.py"],
    "readouts/hardware/_quantizer.py": ["readouts/test_hardware.py"],
    "readouts/hardware/_chip.py": [
        "readouts/test_hardware.py",
        "readouts/test_on_chip.py",
        "readouts/test_chip_tiers.py",
    ],
    "readouts/hardware/_loop.py": ["readouts/test_hardware.py", "readouts/test_chip_tiers.py"],
    "readouts/hardware/_on_chip.py": ["readouts/test_on_chip.py"],
    "readouts/hardware/_traces.py": ["readouts/test_on_chip.py"],
    "readouts/hardware/_reservoir.py": ["readouts/test_chip_reservoirs.py"],
    "readouts/kernels/on_chip.py": ["readouts/test_on_chip.py"],
    "readouts/kernels/first_spike_loop.py": ["readouts/test_chip_tiers.py"],
    "readouts/kernels/surrogates.py": ["readouts/test_rule_constants.py"],
    "readouts/kernels/decolle.py": ["readouts/test_rule_constants.py", "readouts/test_decolle.py"],
    "readouts/kernels/eprop.py": ["readouts/test_rule_constants.py", "readouts/test_eprop.py"],
    "readouts/kernels/superspike.py": ["readouts/test_superspike.py"],
    "readouts/kernels/crossing.py": ["readouts/test_first_spike.py"],
    "readouts/kernels/first_spike.py": ["readouts/test_first_spike.py"],
    "readouts/kernels/solvers.py": [
        "readouts/test_rule_constants.py",
        "readouts/test_superspike.py",
        "readouts/test_decolle.py",
    ],
    "readouts/kernels/losses.py": ["readouts/test_gradients.py"],
    "readouts/kernels/minibatch.py": ["readouts/test_gradients.py"],
    "readouts/kernels/samplewise.py": ["readouts/test_gradients.py"],
    "readouts/kernels/active.py": ["readouts/test_gradients.py"],
    "readouts/kernels/active_wide.py": ["readouts/test_active_wide.py"],
    "readouts/kernels/quantile.py": ["readouts/test_quantile.py"],
    "readouts/kernels/local_loop.py": ["readouts/test_local_rules.py"],
    "readouts/kernels/levels.py": ["readouts/test_synapses.py"],
    "readouts/kernels/rls.py": ["readouts/test_least_squares.py"],
    "readouts/kernels/replay.py": ["readouts/test_rule_constants.py", "readouts/test_continual.py"],
    "readouts/synapses/_simple.py": [
        "readouts/test_synapses.py",
        "measures/test_synaptic_memory.py",
    ],
    "readouts/synapses/_cascade.py": [
        "readouts/test_synapses.py",
        "measures/test_synaptic_memory.py",
    ],
    "readouts/synapses/_benna_fusi.py": [
        "readouts/test_synapses.py",
        "measures/test_synaptic_memory.py",
    ],
    "readouts/synapses/_transfer.py": [
        "readouts/test_synapses.py",
        "measures/test_synaptic_memory.py",
    ],
    "readouts/_continual/reptile.py": ["readouts/test_rule_constants.py"],
    "readouts/_spiking/eprop.py": ["readouts/test_rule_constants.py", "readouts/test_eprop.py"],
    "reservoir/kernels/spiking_loop.py": ["reservoir/test_backends.py", "reservoir/test_delays.py"],
    "reservoir/kernels/rate_loop.py": ["reservoir/test_rate_features.py"],
    "reservoir/kernels/spike_codes.py": ["reservoir/test_encoders_change.py"],
    "reservoir/kernels/synapses_plastic.py": ["reservoir/test_short_term.py"],
    "reservoir/encoders/_rate.py": ["reservoir/test_encoders_values.py"],
    "reservoir/encoders/_latency.py": ["reservoir/test_encoders_values.py"],
    "reservoir/encoders/_population.py": ["reservoir/test_encoders_values.py"],
    "reservoir/wiring/_scaling.py": ["reservoir/test_wiring.py"],
    "readouts/kernels/three_factor.py": ["readouts/test_three_factor.py"],
    "reservoir/encoders/_random.py": ["reservoir/test_encoder_trials.py"],
    "readouts/kernels/classes.py": ["readouts/test_gradients.py"],
    "reservoir/kernels/gaps_conduct.py": ["reservoir/test_gap_junctions.py"],
    "reservoir/kernels/arrivals_counts.py": ["reservoir/test_counts_in_rows.py"],
}

# Survivors that no test could or should kill.
REASONS: dict[str, str] = {
    "reservoir/wiring/_scaling.py:81:36 1 -> 2": "the largest of more eigenvalues is the same one",
    "reservoir/wiring/_scaling.py:70:62 1e-12 -> 5e-13": "between these are rounding errors alone",
    "readouts/hardware/_traces.py:65:76 0 -> 1": "of no samples there are no spikes",
    "reservoir/encoders/_rate.py:127:38 > -> >=": "zeros never spike; it is only slower",
    "readouts/kernels/active_wide.py:57:32 1 -> 2": "one more line that nothing uses",
    "readouts/kernels/samplewise.py:153:62 max -> min": "working memory; what is written past its "
    "end is seen by luck alone",
}
