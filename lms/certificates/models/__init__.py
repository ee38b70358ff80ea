"""What certificates say, and the states that they can be in."""
