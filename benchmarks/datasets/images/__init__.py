"""Images, one class each."""
