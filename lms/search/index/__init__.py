"""The search index: Whoosh writes it and keeps its postings; nothing outside this folder knows Whoosh.

A document is a page (of long ones a part), its passages stored with it. Pages are ranked by their postings, then the
passages of the best ones by their words: so a release of sixty thousand passages costs no more than its pages.
"""
