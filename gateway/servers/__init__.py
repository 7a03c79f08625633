"""Servers that flows ask on the internet: which may be asked, and the asking. Knows no flow."""
