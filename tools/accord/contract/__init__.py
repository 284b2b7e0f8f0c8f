"""The contract IR: what an OpenAPI document means, free of YAML, of OpenAPI's dialects and of Python names.

Takes a :class:`~accord.source.document.Document`, gives an :class:`~accord.contract.model.Api` (frozen, in the order of the
document, equal by meaning) and findings; :mod:`accord.contract.json_schema` gives the JSON Schema of any part of it.

Read :mod:`accord.contract.model` first (the operations), then :mod:`accord.contract.schema` (the schemas). How they are
loaded begins in :mod:`accord.contract.load`.
"""
