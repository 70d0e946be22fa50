"""scikit-learn's checks of a readout, whose `fit` takes weights of samples."""

import os
from collections import Counter

import sklearn
from sklearn.base import is_classifier
from sklearn.utils import estimator_checks as checks
from sklearn.utils.fixes import parse_version

N_CHECKS = {True: 62, False: 60}  # of classifiers, of regressors
COUNTED = parse_version(sklearn.__version__) >= parse_version("1.9")  # there were fewer before
REPEATS = "check_sample_weight_equivalence_on_dense_data"


def assert_checks_pass(readout, *, repeats=False):
    """Assert that all pass, but for one that online rules cannot pass.

    It takes a weight of 2 for two samples; they learn it once, with a larger step. That a weight
    of 0 leaves a sample out is tested elsewhere.
    """
    unlike = {} if repeats else {REPEATS: "a sample of weight 2 is learned from once"}
    records = checks.check_estimator(
        readout, on_fail=None, on_skip=None, expected_failed_checks=unlike
    )
    counts = Counter(record["status"] for record in records)
    # One is skipped unless SCIPY_ARRAY_API=1 was set before importing scipy.
    n_skipped = int(os.environ.get("SCIPY_ARRAY_API") != "1")
    n_unlike = min(counts["xfail"], len(unlike))  # by chance it passes too
    n_passed = N_CHECKS[is_classifier(readout)] - n_skipped - n_unlike
    expected = {"passed": n_passed, "xfail": n_unlike, "skipped": n_skipped}
    failed = [r["check_name"] for r in records if r["status"] == "failed"]
    assert not failed
    if COUNTED:
        assert dict(counts) == {status: n for status, n in expected.items() if n}
