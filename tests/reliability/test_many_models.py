"""Row 22: models come and go in one process, and memory stays."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.reliability.helpers import FULL, report, trials

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")

PROGRAM = """
import gc, resource, sys, warnings
from pathlib import Path
import numpy as np
from sparcelearn._core import released_kernel
from sparcelearn.reservoir import NeuronModel, SpikingReservoir
warnings.simplefilter("ignore")
X = np.random.RandomState(0).rand(2, 3, 1)
wiring = np.zeros((5, 5))
backend = sys.argv[1]
n_warm, n_models, n_kinds, released_kernel.MAX_KEPT = map(int, sys.argv[2:])
resident = lambda: int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()
for k in range(n_models):
    kind = k % n_kinds
    model = NeuronModel(
        f"dv/dt = (drive - v)/tau - {kind + 1}e-3*w; dw/dt = v - w",
        threshold="v >= 1", reset="v = 0", excitatory="v", parameters={"tau": 20.0},
    )
    reservoir = SpikingReservoir(
        5, neuron=model, random_state=0, wiring=wiring, input_scaling=1.0, feature_scaling=None,
        backend=backend, carry_state=True,
    )
    reservoir.fit(X[0]).transform(X[0])
    if k == n_warm:
        gc.collect()
        before = resident()
gc.collect()
print(resident() - before)
"""


CASES = {
    # parsed, integrated and simulated, without a compiler
    "in numpy": ("numpy", 300, trials(1300, 400), 10**9, 24, 10e6),
    # compiled: the first few here, where they stay, later ones apart
    "compiled": ("numba", 24, 40, 10**9, 4, 20e6),
    # found on disk, one after the other, more than are kept in memory at a time
    "from disk": ("numba", 40, 1000, 20, 0, 8e6),
}


@pytest.mark.parametrize("case", CASES if FULL else ["in numpy"])
def test_row_22_models_come_and_go(case, tmp_path):
    backend, *numbers, most = CASES[case]
    n_warm, n_models = numbers[:2]
    root = Path(__file__).parents[2]
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(root), *sys.path]),
        "SPARCELEARN_CACHE_DIR": str(tmp_path / "kernels"),  # nothing is compiled yet
        "NUMBA_CACHE_DIR": "",
    }
    result = subprocess.run(
        [sys.executable, "-c", PROGRAM, backend, *map(str, numbers)],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    growth = int(result.stdout)
    report(22, f"{backend}: models {n_warm} to {n_models}: memory grew by {growth / 1e6:.1f} MB")
    assert growth < most
