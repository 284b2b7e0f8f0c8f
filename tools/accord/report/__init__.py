"""The formats of reports, each written in one place.

Takes findings (:class:`~accord.diagnostics.Diagnostic`), or the suites and data of a report that has more to say, and gives one
text: lines for people, JSON, JUnit XML, SARIF, or workflow commands of GitHub. It prints nothing; ``cli/console.py`` does.

Read :mod:`accord.report.text` first: what every format does to text of a contract stands there.
"""
