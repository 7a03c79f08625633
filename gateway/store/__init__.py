"""Remembers. All SQL is here."""
