"""What drives units, sixteen rows at a time, is what plain loops compute, to the bit."""

import numpy as np
import pytest
from scipy import sparse

from sparcelearn._core import vectors
from sparcelearn._core.kernel_modules import load_module
from sparcelearn._core.kernel_text import assemble
from sparcelearn.reservoir import LIF, SpikingReservoir
from sparcelearn.reservoir import _codegen as codegen
from sparcelearn.reservoir._synapse_rows import by_target, in_words
from sparcelearn.reservoir.equations._program import build_program

ROOT = "sparcelearn.reservoir.kernels.input_sums"
PLAIN, WIDE = load_module(assemble(ROOT)), load_module(assemble(f"{ROOT}_wide"))


@pytest.mark.parametrize("index", [np.uint16, np.uint32])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("n_units", [1, 16, 37])
def test_sixteen_rows_at_once_are_one_by_one(n_units, dtype, index):
    """Units with no synapse, with one, and with more than fill a group of four."""
    rng = np.random.default_rng(n_units)
    dense = rng.normal(size=(30, n_units)) * (rng.random((30, n_units)) < 0.2)
    starts, sources, values = by_target(sparse.csr_array(dense))
    words, values = in_words(sources.astype(index)), values.astype(dtype)
    bias = rng.normal(size=n_units).astype(dtype)
    for n_rows in (1, 2, 15, 16, 17, 40):
        line, room = rng.normal(size=30 + n_rows).astype(dtype), np.empty(16 * 40, dtype)
        found = np.full((2, n_rows, n_units), 7, dtype)
        for form, drives in zip((PLAIN, WIDE), found, strict=True):
            for tile in range(0, n_units, 16):
                form.fill_tile(starts, words, values, line, bias, tile, n_rows, room, drives)
        assert found[0].tobytes() == found[1].tobytes()
        heard = line[np.arange(n_rows)[:, np.newaxis] + np.arange(30)]
        np.testing.assert_allclose(found[0], heard @ dense + bias, rtol=0, atol=1e-5)


def test_the_form_is_chosen_by_the_processor(monkeypatch):
    program = build_program(LIF.parsed, LIF.parameters, 1.0, "auto")
    texts = {form: codegen.kernel_source(program, form) for form in ("rows", "counts", "events")}
    has_wide = vectors.has_wide_vectors()
    monkeypatch.setattr(codegen, "has_wide_vectors", lambda: not has_wide)
    for form, text in texts.items():
        assert (codegen.kernel_source(program, form) == text) == (form == "events")


def test_a_reservoir_hears_the_same_in_both_forms(monkeypatch):
    X = np.random.default_rng(0).normal(size=(6, 37, 2))
    reservoir = SpikingReservoir(37, random_state=0)
    features = reservoir.fit(X).transform(X)
    has_wide = vectors.has_wide_vectors()
    monkeypatch.setattr(codegen, "has_wide_vectors", lambda: not has_wide)
    other = SpikingReservoir(37, random_state=0).fit(X)
    assert features.any() and features.tobytes() == other.transform(X).tobytes()
