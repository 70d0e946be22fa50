"""``python -m sparcelearn`` runs the demo."""

from ._demo import main

main()
