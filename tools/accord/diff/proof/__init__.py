"""Proves that everything a sender may send by its schema is allowed by the schema of a receiver.

Read ``decide.py`` first: it holds the argument, and hands each kind of keyword to the file that is about it.

* ``transfer.py``: who sends, and how the value is written; ``path.py``: the way to a schema inside of another.
* ``equality.py``: equal schemas, which need no proof; ``cases.py``: a schema as the union of its cases.
* ``inclusion.py``: types, bounds, items and properties; ``disjoint.py``: that no value fits two schemas.
* ``projection.py``: the schemas of one party as JSON Schema, for the validator that is asked about single values.

Promise: what is proved holds for every JSON value. A missing proof means nothing.
"""
