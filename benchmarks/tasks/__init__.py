"""What is learned and how it is scored: one module a task; `protocol` says what each must have."""
