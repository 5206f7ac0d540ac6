"""Campaign figures: sums, withheld cells, lift against Katz's interval worked by hand."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contentgraph.graph.campaign import BANDS, SMALL, Cell, Figures, lift, report, rows, suppressed


def cell(viewers, participants=0):
    return Cell(viewers, 2 * viewers, 3.0 * viewers, participants)


def told(viewers, participants: int | None = 0):
    return Figures(viewers, 2 * viewers, 3.0 * viewers, participants)


def test_cells_add_up_and_rates_are_of_viewers():
    cells = [("FR", "16-24", cell(40, 14)), ("FR", "51+", cell(20)), ("BR", "16-24", cell(30, 13))]
    found = report(cells, reach=200)
    assert found.total == told(90, 27)
    assert found.by_country == {"BR": told(30, 13), "FR": told(60, 14)}
    assert list(found.by_age) == ["16-24", "51+"]
    assert found.total is not None
    assert found.total.points_per_viewer == pytest.approx(3.0)
    assert found.total.participation == pytest.approx(27 / 90)
    assert found.lift is None


def test_small_cells_are_withheld_and_never_a_single_one():
    """9 of one cell would follow from the total: the smallest other goes with it; so would 4 + 5 of two."""
    found = suppressed({"FR": cell(50), "BR": cell(9), "CI": cell(12)})
    assert found == {"FR": told(50), "BR": None, "CI": None}
    assert suppressed({"FR": cell(50), "BR": cell(9), "CI": cell(3)}) == {"FR": told(50), "BR": None, "CI": None}
    assert suppressed({"FR": cell(40), "BR": cell(4), "CI": cell(5)}) == {"FR": None, "BR": None, "CI": None}
    assert suppressed({"FR": cell(10)}) == {"FR": told(10)}
    assert suppressed({"FR": cell(9)}) == {"FR": None}
    assert report([("FR", "51+", cell(9))], reach=9).total is None


def test_who_joined_is_withheld_where_few_did_or_few_did_not():
    found = suppressed({"FR": cell(40, 1), "BR": cell(50, 49), "CI": cell(90, 30), "ML": cell(95, 30)})
    assert found == {"FR": told(40, None), "BR": told(50, None), "CI": told(90, 30), "ML": told(95, 30)}
    assert suppressed({"FR": cell(40, 1), "BR": cell(90, 30)}) == {"FR": told(40, None), "BR": told(90, None)}


def test_reach_is_withheld_where_it_tells_of_few():
    assert report([("FR", "51+", cell(3))], reach=30).reach is None, "27 were shown it and did not play it"
    assert report([], reach=3).reach is None
    assert report([], reach=0).reach == 0
    assert report([("FR", "51+", cell(30))], reach=40).reach == 40
    arms = ((100, 50), (100, 20))
    assert report([("FR", "51+", cell(30))], reach=109, arms=arms).reach is None, "9 were shown it and not compared"
    assert report([("FR", "51+", cell(30))], reach=100, arms=arms).reach == 100
    assert report([("FR", "51+", cell(30))], reach=110, arms=arms).reach == 110


@given(
    st.dictionaries(
        st.tuples(st.sampled_from(["BR", "CI", "FR", "ML", "US"]), st.sampled_from(BANDS)),
        st.tuples(st.integers(0, 40), st.integers(0, 40)).map(lambda two: cell(max(two), min(two))),
    )
)
def test_neither_a_figure_nor_what_is_left_of_the_total_tells_of_few(cells):
    """Of viewers, of who joined, of who did not: shown, or total less shown, 0 or ten and more, in each breakdown."""
    found = report([(country, band, one) for (country, band), one in cells.items()], reach=100)

    def people(figures):
        if figures is None:
            return {}
        known = {"viewers": figures.viewers}
        if figures.participants is not None:
            known |= {"joined": figures.participants, "not": figures.viewers - figures.participants}
        return known

    total = people(found.total)
    for breakdown in (found.by_country, found.by_age):
        shown = [people(figures) for figures in breakdown.values()]
        for one in (total, *shown):
            assert not any(0 < count < SMALL for count in one.values())
        for name in total:
            left = total[name] - sum(one.get(name, 0) for one in shown)
            assert left == 0 or left >= SMALL
            if left:
                assert sum(name not in one for one in shown) > 1


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
    assert lift((1000, 50), (500, 9)) is None, "9 would follow from the ends of its interval"
    assert lift((1000, 9), (500, 10)) is None
    assert lift((1000, 50), (12, 10)) is None, "two of those held back did not join"
    assert lift((55, 50), (500, 10)) is None
    assert lift((50, 50), (20, 10)) is not None, "nobody is no few"
    assert lift((1000, 50), (500, 0), small=0) is None
