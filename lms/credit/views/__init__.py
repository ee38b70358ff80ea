"""Credit in the browser."""
