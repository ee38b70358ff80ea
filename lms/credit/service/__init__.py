"""Verbs of credit: begin, say what one thought of it, ask for what one learned by teaching."""
