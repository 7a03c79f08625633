"""Invented people who talk to flows, to learn how conversations go and what they cost."""
