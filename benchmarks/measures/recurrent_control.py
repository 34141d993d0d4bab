"""What control from observations that may be hidden is scored by."""

from benchmarks.measures.control import MEASURES as MEASURES
