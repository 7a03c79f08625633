"""Writes the flows of a folder as RapidPro has them, and says what it cannot have."""
