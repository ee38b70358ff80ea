"""Issue, change the state of, sign and audit certificates."""
