"""Measures of reservoirs, codes and memories, one per file."""

from ._branching_ratio import branching_ratio
from ._correlation import mean_abs_correlation
from ._dimension import effective_dimension, participation_ratio
from ._firing import firing_rates, isi_cv, synchrony
from ._forgetting import ForgettingReport, forgetting_matrix, forgetting_report
from ._information_processing_capacity import information_processing_capacity
from ._lyapunov import lyapunov_exponent
from ._memory import memory_lifetime, memory_snr, memory_snr_theory
from ._memory_capacity import memory_capacity, memory_function
from ._neural_code import peristimulus_histogram, reverse_correlation
from ._pruning import PruningReport, pruning_report
from ._rank import generalization_rank, kernel_quality
from ._risk import ExcessRisk, GeneralizationGap, excess_risk, generalization_gap, risk_interval
from ._separation import separation
from ._sparse_code import coding_level, sparseness
from ._specificity import specificity
from ._van_rossum import van_rossum

__all__ = [
    "ExcessRisk",
    "ForgettingReport",
    "GeneralizationGap",
    "PruningReport",
    "branching_ratio",
    "coding_level",
    "effective_dimension",
    "excess_risk",
    "firing_rates",
    "forgetting_matrix",
    "forgetting_report",
    "generalization_gap",
    "generalization_rank",
    "information_processing_capacity",
    "isi_cv",
    "kernel_quality",
    "lyapunov_exponent",
    "mean_abs_correlation",
    "memory_capacity",
    "memory_function",
    "memory_lifetime",
    "memory_snr",
    "memory_snr_theory",
    "participation_ratio",
    "peristimulus_histogram",
    "pruning_report",
    "reverse_correlation",
    "risk_interval",
    "separation",
    "sparseness",
    "specificity",
    "synchrony",
    "van_rossum",
]
