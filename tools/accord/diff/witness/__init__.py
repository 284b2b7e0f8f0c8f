"""Finds a message that one version allows and the other refuses.

Read ``finder.py`` first: candidates of ``counterexamples.py`` are put into a whole value and confirmed by a validator.

* ``comparison.py``: what both the proof and the search need under one transfer, made once.
* ``values.py``: a value of a message as both versions describe it; ``messages.py``: the message around it.

Promise: every witness can be repeated by any validator with the two schemas in its proof. Not to find one means
nothing.
"""
