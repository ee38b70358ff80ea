"""What learners do, done."""
