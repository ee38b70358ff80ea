"""Probing recordings and pictures, and making lighter renditions of them into the store."""
