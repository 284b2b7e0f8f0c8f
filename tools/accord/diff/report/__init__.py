"""From what differs to the report: one change for each cause, with its verdict, its words and its fingerprint.

Read ``causes.py`` first: it collects the compared values of all operations, then decides what each difference means.

* ``findings.py``: where the comparisons of operations put what they find.
* ``listing.py`` and ``deltas.py``: what differs between two schemas, place by place and keyword by keyword.
* ``wording.py``: codes and sentences; ``semver.py``: the version that the changes require; ``assemble.py``: the report.

Promise: a change of a shared schema is one change, and its fingerprint outlives moved lines and files.
"""
