"""What is learned and how it is scored: one module for each task, as `protocol` describes."""
