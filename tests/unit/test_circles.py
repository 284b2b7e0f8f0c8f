"""No module of the toolchain imports itself through others, not even for annotations alone."""

from __future__ import annotations

from graphlib import TopologicalSorter

import grimp

STILL_CIRCLES = ("accord.contract.schemas.samples.",)
"""Rooms in which modules still import each other."""


def test_imports_have_no_circles() -> None:
    graph = grimp.build_graph("accord", exclude_type_checking_imports=False)
    modules = [module for module in graph.modules if not module.startswith(STILL_CIRCLES)]
    imports = {
        module: {
            imported
            for imported in graph.find_modules_directly_imported_by(module)
            if not imported.startswith(STILL_CIRCLES)
        }
        for module in modules
    }
    TopologicalSorter(imports).prepare()  # a CycleError names the circle
