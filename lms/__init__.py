"""Spoke: a self-paced learning content server for healthcare telementoring."""

__version__ = "0.1.0"
