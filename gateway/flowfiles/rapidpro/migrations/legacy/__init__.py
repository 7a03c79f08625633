"""Definitions of RapidPro's first editor (versions 4 to 11.12), turned into version 13.0.0."""
