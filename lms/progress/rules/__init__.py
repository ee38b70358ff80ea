"""What follows from what learners did. Pure."""
