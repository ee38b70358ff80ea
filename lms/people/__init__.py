"""Who learns here: accounts, how they are opened and closed, and what each may do."""
