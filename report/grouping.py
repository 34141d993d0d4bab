"""What makes a group of seeds: the columns of runs by which the report groups them."""

#: Everything that identifies a question on one machine, and the source that answered it. The spec hash covers
#: every value of the recipe, the data, backend, precision, threads and devices; `version` says in words what
#: distinguishes recipes of one name.
GROUP = [
    *("entry", "recipe", "tier", "backend", "precision", "matmul_precision", "threads"),
    *("devices", "machine", "spec_hash", "version", "source_sha256"),
]
#: As few of these columns as identify a group.
GROUP_KEY = ["spec_hash", "machine", "source_sha256"]
