"""Pages of attempts, of progress and of notes."""
