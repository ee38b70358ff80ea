"""Marked-up text: problems, slugs, front matter with line numbers, Markdown to safe HTML. Imports nothing of ours."""
