"""The ledger: the append-only record of what learners did."""
