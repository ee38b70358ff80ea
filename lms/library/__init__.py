"""The content folder as a whole: read, checked, published as a release, and served as a site."""
