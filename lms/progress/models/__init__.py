"""What one does, as values."""
