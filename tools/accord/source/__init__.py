"""Text to positioned documents: YAML and JSON with the place of every key and value, over several files.

Takes files below a root folder, gives a :class:`~accord.source.document.Document`: nodes with places, references that are
resolved on demand, and findings about the text. Limits hold for bytes, nodes, depth and aliases; the network is never used.

Read :mod:`accord.source.node` first (the tree), then :mod:`accord.source.document`. :mod:`accord.source.grammar` says which
object of OpenAPI stands where.
"""
