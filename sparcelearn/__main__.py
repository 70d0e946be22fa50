"""``python -m sparcelearn`` runs the demo."""

from sparcelearn._demo import main

main()
