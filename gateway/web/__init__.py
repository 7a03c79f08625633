"""Serves. The only package that knows FastAPI."""
