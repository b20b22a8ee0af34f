"""What the set-up wizard and the demo company create."""
