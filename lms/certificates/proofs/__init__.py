"""Proofs of documents: JSON-LD made canonical, signed, and verified."""
