"""The rules, one module for each part of OpenAPI; :mod:`accord.lint.catalogue` lists them all."""
