"""Course modules: lessons to read, the questions in them, and how an answer is marked."""
