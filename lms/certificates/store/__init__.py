"""The tables of certificates, their states, their log, and keys."""
