"""Those who run a movement: what each may do, and where."""
