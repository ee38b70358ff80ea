"""Pages of what one watches and hears, the feeds of it, and the bytes of its files."""
