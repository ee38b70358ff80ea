"""What learners do, verb by verb."""
