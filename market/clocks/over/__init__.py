"""That the cause of a suspension is over: declared by the side that did not ask for it."""
