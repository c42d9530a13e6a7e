"""Selection by sealed quotes and by merit: who of a draw's firms is on its list, and why."""
