"""What runs leave: one record per run, and bundles of them; the columns are in `schema`.

Everything is validated on writing and on reading. What was not measured is null, never 0. Nothing that is
read is trusted: no pickles, sizes bounded, symbolic links refused, strings kept as plain strings. Imports
neither Keras nor, until a table or a picture is asked for, pandas and NumPy.
"""

from benchmarks.records.bundle import (
    Bundle,
    from_records,
    merge,
    read_bundle,
    throughput,
    validate_bundle,
    write_bundle,
)
from benchmarks.records.files import remove_temporaries, write_bytes_atomic, write_json_atomic
from benchmarks.records.foreign_text import UNNAMED, clean, clean_text, clip, in_words, is_text
from benchmarks.records.identity import (
    QUESTION,
    ceiling_id,
    execution_id,
    machine_id,
    question,
    run_id,
    software_id,
    spec_hash,
    spec_id,
    speed_id,
    task_hash,
)
from benchmarks.records.picture_encoding import decode_picture, encode_picture
from benchmarks.records.plausibility import Doubt
from benchmarks.records.record import identified, read_record, write_record
from benchmarks.records.schema import (
    CEILINGS,
    CLOCK_NAMES,
    CLOCKS,
    MACHINES,
    SCHEMA_VERSION,
    TABLES,
    Record,
    RecordError,
)

__all__ = [
    "CEILINGS",
    "CLOCKS",
    "CLOCK_NAMES",
    "MACHINES",
    "QUESTION",
    "SCHEMA_VERSION",
    "TABLES",
    "UNNAMED",
    "Bundle",
    "Doubt",
    "Record",
    "RecordError",
    "ceiling_id",
    "clean",
    "clean_text",
    "clip",
    "decode_picture",
    "encode_picture",
    "execution_id",
    "from_records",
    "identified",
    "in_words",
    "is_text",
    "machine_id",
    "merge",
    "question",
    "read_bundle",
    "read_record",
    "remove_temporaries",
    "run_id",
    "software_id",
    "spec_hash",
    "spec_id",
    "speed_id",
    "task_hash",
    "throughput",
    "validate_bundle",
    "write_bundle",
    "write_bytes_atomic",
    "write_json_atomic",
    "write_record",
]
