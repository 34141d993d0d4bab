"""What is learned and how it is scored: one module a task, each of which keeps
`benchmarks.tasks.protocol.Task`.
"""
