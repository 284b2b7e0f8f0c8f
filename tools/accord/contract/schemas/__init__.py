"""The schema kernel: every question about a schema that more than one feature asks is answered here, once.

Start with :mod:`accord.contract.schema` (the types), then ``walk`` (what stands in a schema). ``normal`` puts together
what applies to one value, with exact ``numbers`` and equal ``values``; ``validation`` decides whether a value is valid
and whether a pattern is usable, ``formats`` lists what each format means, ``patterns`` parses regular expressions, and
``samples`` draws values.
"""
