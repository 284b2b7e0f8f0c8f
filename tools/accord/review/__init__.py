"""Everything around a comparison of contracts: its sides, what a team accepts, and the reports for people and programs.

Read ``model.py`` first: a ``Review`` holds the report of every version, and each format prints one.

* ``sides.py`` and ``git.py`` open both sides; ``versions.py`` pairs their versions.
* ``accepted.py`` and ``gate.py`` add what is accepted, and whether ``info.version`` was raised as required.
* ``text.py``, ``document.py``, ``markdown.py``, ``findings.py``, ``html.py`` and ``changelog.py`` print.

Promise: no text of a contract becomes markup, a command of the terminal, or a mention of a user.
"""
