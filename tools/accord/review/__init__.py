"""What surrounds a comparison: where its sides come from, what is accepted, and how people and programs read it."""
