"""Learning rules, one file each: how parameters change. `protocol.py` says what a rule is to the engine."""
