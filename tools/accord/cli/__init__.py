"""The command line: parse, call ``accord.api``, report. No command holds logic of its own.

Takes arguments, gives text on stdout (the result), text on stderr (what is for people), and an exit code.

Read :mod:`accord.cli.app` first (how errors become one line and a code), then one module of ``commands``.
"""
