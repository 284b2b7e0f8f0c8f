"""No module of the toolchain imports itself through others, not even for annotations alone."""

from __future__ import annotations

from graphlib import TopologicalSorter

import grimp


def test_imports_have_no_circles() -> None:
    graph = grimp.build_graph("accord", exclude_type_checking_imports=False)
    imports = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    TopologicalSorter(imports).prepare()  # a CycleError names the circle
