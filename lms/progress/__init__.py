"""What learners do with what is taught: attempts, progress, notes."""
