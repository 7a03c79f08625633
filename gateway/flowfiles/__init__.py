"""Reads flow files and message catalogues into graphs."""
