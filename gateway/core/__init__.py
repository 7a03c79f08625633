"""Decides. No I/O, clock, randomness or framework: time, ids and chance are arguments."""
