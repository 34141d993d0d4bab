"""Games for two: rules, perfect play and tree search, in NumPy alone, for data, tasks and rules."""
