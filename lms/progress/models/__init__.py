"""Values of attempts and of progress."""
