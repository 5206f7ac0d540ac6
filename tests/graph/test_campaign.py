"""Campaign figures: sums, withheld cells, lift against Katz's interval worked by hand."""

import math

import pytest

from contentgraph.graph.campaign import Cell, lift, report, rows, suppressed


def cell(viewers, participants=0):
    return Cell(viewers, 2 * viewers, 3.0 * viewers, participants)


def test_cells_add_up_and_rates_are_of_viewers():
    found = report([("FR", "16-24", cell(40, 4)), ("FR", "51+", cell(20)), ("BR", "16-24", cell(30, 3))], reach=200)
    assert found.total == cell(90, 7)
    assert found.by_country == {"BR": cell(30, 3), "FR": cell(60, 4)}
    assert list(found.by_age) == ["16-24", "51+"]
    assert found.total is not None
    assert found.total.points_per_viewer == pytest.approx(3.0)
    assert found.total.participation == pytest.approx(7 / 90)
    assert found.lift is None


def test_small_cells_are_withheld_and_never_a_single_one():
    """9 of one cell would follow from the total: the smallest other goes with it."""
    found = suppressed({"FR": cell(50), "BR": cell(9), "CI": cell(12)})
    assert found == {"FR": cell(50), "BR": None, "CI": None}
    assert suppressed({"FR": cell(50), "BR": cell(9), "CI": cell(3)}) == {"FR": cell(50), "BR": None, "CI": None}
    assert suppressed({"FR": cell(10)}) == {"FR": cell(10)}
    assert suppressed({"FR": cell(9)}) == {"FR": None}
    assert report([("FR", "51+", cell(9))], reach=9).total is None


def test_what_is_withheld_stands_in_no_row():
    found = report([("FR", "16-24", cell(71)), ("BR", "25-29", cell(9)), ("CI", "30-50", cell(37))], reach=117)
    text = "\n".join(",".join(row) for row in rows(found))
    assert "71" in text
    assert ",9," not in text
    assert ",37," not in text
    assert text.count("withheld") == 4 * 5


def test_lift_is_a_ratio_of_rates_with_katz_s_interval():
    found = lift((1000, 50), (500, 10))
    assert found is not None
    assert found.ratio == pytest.approx(2.5)
    spread = 1.959963984540054 * math.sqrt(1 / 50 - 1 / 1000 + 1 / 10 - 1 / 500)
    assert found.low == pytest.approx(2.5 * math.exp(-spread))
    assert found.high == pytest.approx(2.5 * math.exp(spread))
    assert lift((9, 5), (500, 10)) is None
    assert lift((1000, 50), (500, 0)) is None
