"""What follows from what one does: pure."""
