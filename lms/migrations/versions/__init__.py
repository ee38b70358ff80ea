"""One file a step, by its number."""
