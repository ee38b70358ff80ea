"""Accounts: opened, entered, left, changed and erased. Each verb is given the session and the time; no Flask here.

No answer tells whether an e-mail address has an account: who asks with an address is always told that a letter is
on its way, and the letter says which it is.
"""
