"""Text to positioned documents: YAML and JSON with the place of every key and value, over several files."""
