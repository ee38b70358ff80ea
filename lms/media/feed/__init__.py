"""Podcast feeds: writing our own, reading those of others, and fetching them with care."""
