"""The commands, each in the module that has the name of its module in ``accord.api``.

Takes what Typer parsed, gives printed results by :mod:`accord.cli.console`.

Read :mod:`accord.cli.commands.documents` first: ``validate`` shows the shape that all commands have.
"""
