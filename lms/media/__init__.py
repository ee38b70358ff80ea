"""What one watches or hears: webinars, podcast shows, their captions, renditions and feeds."""
