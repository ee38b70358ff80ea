"""Credit: what activities offer in which credit system, what must be said first, and how it is earned and claimed."""
