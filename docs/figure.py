"""Draw the figure of the README: that of ``make demo``, in few colours, so that it is small.

Run from the repository's root::

    python docs/figure.py
"""

from pathlib import Path

from PIL import Image

from sparcelearn._demo import main

path = Path(__file__).with_name("demo.png")
main(["--figure", str(path)])
Image.open(path).quantize(24).save(path, optimize=True)
