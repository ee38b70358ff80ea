"""What all views share: the release at hand, languages, headers, finished pages, errors."""
