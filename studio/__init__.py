"""The studio: makes the recordings of the sample programme from written scripts, and is no part of the server."""
