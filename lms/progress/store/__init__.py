"""The tables of what one does."""
