"""Conversations as a pure function over a graph."""
