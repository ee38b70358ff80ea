"""The tables of attempts and notes, and what is asked of them."""
