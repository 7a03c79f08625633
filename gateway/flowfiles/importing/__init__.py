"""Takes the flows of an export over: what will be written, and what cannot be carried."""
