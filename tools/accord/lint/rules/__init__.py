"""The rules, one module for each part of OpenAPI; :mod:`accord.lint.catalogue` lists them all.

A check takes a :class:`~accord.lint.model.Site` (an object in the document) and the
:class:`~accord.lint.model.Context` of the contract, and gives findings.

Read :mod:`accord.lint.rules.operations` first.
"""
