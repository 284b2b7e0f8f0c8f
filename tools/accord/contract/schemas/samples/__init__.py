"""Values that satisfy a schema: the same for the same seed, on every machine.

::

    sampler = Sampler(api.schemas, view="response")
    value = sampler.sample(schema, seed="7 GET /items 200")

Declared examples and defaults come first, then values drawn from the schema's keywords. Every value is checked by a
validator before it is given; where none is found, :class:`NoSampleError` says why.
"""

from __future__ import annotations

from accord.contract.schemas.samples.sampler import NoSampleError, Sampler

__all__ = ["NoSampleError", "Sampler"]
