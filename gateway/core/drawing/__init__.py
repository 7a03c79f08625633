"""Flows as pictures: what is drawn, where it stands, and how Mermaid, SVG and dot write it."""
