"""The collector is away inside, and back as it was behind."""

from __future__ import annotations

import gc

import pytest

from accord.source.collector import without_collector


def fail() -> None:
    assert not gc.isenabled()
    raise ValueError("inside")


def test_it_comes_back_also_behind_an_error() -> None:
    assert gc.isenabled()
    with pytest.raises(ValueError, match="inside"), without_collector():
        fail()
    assert gc.isenabled()


def test_it_stays_away_where_it_was_away() -> None:
    gc.disable()
    try:
        with without_collector():
            assert not gc.isenabled()
        assert not gc.isenabled()
    finally:
        gc.enable()
