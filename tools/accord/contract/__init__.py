"""The contract IR: what an OpenAPI document means, free of YAML, of OpenAPI's dialects and of Python names."""
