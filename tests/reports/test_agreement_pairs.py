"""The table of trainers: kappa by scikit-learn, n by a loop, the busiest only, names only where they may be seen."""

from __future__ import annotations

import itertools

import pytest
from sklearn.metrics import cohen_kappa_score

from analytics.core.filters import Filters
from analytics.core.scope import Scope
from analytics.reports import agreement_pairs
from analytics.reports.agreement_pairs import THIN, agreement_pairs_report, busiest_trainers
from analytics.reports.downloads import coefficient_rows
from analytics.reports.one_criterion import one_criterion
from analytics.store import Engine
from tests.reports.log import LABELS, counted

LEAD = Scope()


@pytest.mark.parametrize("criterion", ["tone", "harm", "flags"])
@pytest.mark.filterwarnings("ignore")
def test_every_pair_is_what_scikit_learn_says(log_engine: Engine, criterion: str) -> None:
    report = agreement_pairs_report(log_engine, LEAD, Filters(), project="p", criterion=criterion)
    units = counted(criterion).values()
    ids = [t.trainer_id for t in report.trainers]
    assert sorted(ids) == [f"t{k}" for k in range(9)]
    assert report.coefficient == ("cohen_kappa_quadratic" if criterion == "tone" else "cohen_kappa")
    seen = {(ids[p.a], ids[p.b]): p for p in report.pairs}
    for a, b in itertools.permutations(ids, 2):
        shared = [(g[a], g[b]) for g in units if a in g and b in g]
        pair = seen.get((a, b)) or seen.get((b, a))
        if not shared:
            assert pair is None
            continue
        assert pair is not None
        assert pair.n_shared == len(shared)
        assert pair.thin == (len(shared) < THIN)
        want = cohen_kappa_score(
            *zip(*shared, strict=True),
            labels=list(LABELS[criterion]),
            weights="quadratic" if criterion == "tone" else None,
        )
        assert pair.kappa == pytest.approx(want, abs=1e-12, nan_ok=True)
    for t in report.trainers:
        assert t.n_paired == sum(t.trainer_id in g and len(g) > 1 for g in units)


def test_only_the_busiest_are_shown_and_the_report_says_so(log_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(agreement_pairs, "MOST_TRAINERS", 4)
    one = one_criterion(log_engine, LEAD, Filters(), project="p", criterion="tone")
    loads = {t: sum(t in g and len(g) > 1 for g in counted("tone").values()) for t in (f"t{k}" for k in range(9))}
    kept = busiest_trainers(one, 4)
    assert kept.size == 4
    with log_engine.session(LEAD, Filters()) as session:
        names = {code: i for code, i, *_ in session.rows("trainer_names")}
    assert min(loads[names[int(c)]] for c in kept) >= sorted(loads.values())[-4]


def test_a_manager_sees_no_names_and_a_trainer_no_pair(log_engine: Engine) -> None:
    manager = agreement_pairs_report(log_engine, Scope(role="manager"), Filters(), project="p", criterion="tone")
    assert manager.pairs
    assert all(t.name.startswith("Trainer ") for t in manager.trainers)
    own = Scope(role="trainer", viewer="t1")
    trainer = agreement_pairs_report(log_engine, own, Filters(), project="p", criterion="tone")
    assert trainer.pairs == ()
    assert trainer.undefined == "Fewer than two trainers judged, so there is no pair."


def test_the_rows_behind_a_number_are_those_counted(log_engine: Engine) -> None:
    rows = coefficient_rows(log_engine, LEAD, Filters(teams=("team0",)), project="p", criterion="harm")
    units = counted("harm", teams=("team0",))
    want = {(item, version, t, x) for (item, version), g in units.items() for t, x in g.items()}
    version = rows["guideline_version"].fillna("")
    got = set(zip(rows["item_id"], version, rows["trainer_id"], rows["label"], strict=True))
    assert got == want
    assert len(rows) == len(want)
    for (item, v), g in units.items():
        here = rows[(rows["item_id"] == item) & (version == v)]
        assert set(here["n_on_item"]) == {len(g)}
    hidden = coefficient_rows(log_engine, Scope(role="manager"), Filters(), project="p", criterion="harm")
    assert hidden["trainer_id"].str.startswith("trainer-").all()
