"""Brings a RapidPro flow definition of any age up to one version. JSON in, JSON out, no engine."""
