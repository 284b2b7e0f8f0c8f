"""The commands, each in the module of its room: parse, call ``accord.api``, report."""
