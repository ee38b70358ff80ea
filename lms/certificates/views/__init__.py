"""Claims, certificates and their verification in the browser."""
