"""The command line: parse, call ``accord.api``, report."""
