"""The trainers' strip: rows by team, names only for those who may know them, marks that do not cover each other."""

from __future__ import annotations

import pytest

from analytics.core.results import Estimate
from analytics.figures.overview_team import EVERYBODY, MOST_TEAMS, OTHERS, rows_of, trainer_strip
from analytics.figures.palette import palette
from analytics.reports.overview_team import StripTrainer, TeamStrip


def trainer(place: int, team: str, value: float, *, outside: bool = False) -> StripTrainer:
    excess = Estimate(value=value, low=value - 0.02, high=value + 0.02, confidence=0.95, n_judgments=50)
    return StripTrainer(
        trainer_id=f"t{place}", display_name=f"Name <{place}>", team=team, excess=excess, outside=outside
    )


def strip(*trainers: StripTrainer) -> TeamStrip:
    return TeamStrip(trainers=trainers, coverage=0.998, left_out=(), undefined=None)


@pytest.mark.parametrize("names", [True, False])
def test_names_are_for_those_who_may_know(names: bool) -> None:
    figure = trainer_strip(
        strip(trainer(0, "a", 0.01), trainer(1, "b", -0.2, outside=True)), palette("light"), names=names
    )
    said = str(figure)
    assert ("Name &lt;1&gt;" in said) == names
    assert ("'t1'" in said) == names
    assert "Name <" not in said
    assert [trace["marker"]["symbol"] for trace in figure["data"]] == ["circle", "diamond"]


def test_like_values_stand_apart() -> None:
    figure = trainer_strip(strip(*(trainer(k, "", 0.01) for k in range(5))), palette("dark"), names=True)
    assert len({round(y, 6) for y in figure["data"][0]["y"]}) == 5
    assert figure["layout"]["yaxis"]["ticktext"] == [EVERYBODY]


def test_many_small_teams_share_a_row() -> None:
    rows = rows_of([trainer(k, f"team {k % 12:02d}", 0.0) for k in range(40)])
    assert len(rows) == MOST_TEAMS
    assert list(rows)[-1] == OTHERS
    assert sum(map(len, rows.values())) == 40
