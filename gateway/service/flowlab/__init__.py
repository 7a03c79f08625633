"""Flows tried out by the service itself on a passing database: transcripts, walkers, prices."""
