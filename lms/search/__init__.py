"""The search room: from a question to the heading, or the second, where it is answered."""
