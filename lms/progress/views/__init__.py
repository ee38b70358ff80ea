"""What learners do, in the browser."""
