"""Groups of trainers: the planted divide is found, small groups never show, and CREHate's countries matter."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

from analytics.core.filters import Filters
from analytics.core.results import jsonable
from analytics.core.scope import Scope
from analytics.core.settings import Settings
from analytics.ingest.mapping import load_mapping
from analytics.reports import groups
from analytics.reports.group_log import group_axes, group_log
from analytics.reports.group_rows import in_words, repeats_in_words
from analytics.reports.groups import ALONE, GroupsReport, groups_report
from analytics.reports.importing import ingest
from analytics.store import Engine, open_store

LEAD = Scope()
ROOT = Path(__file__).parents[2]
CREHATE = ROOT.parent / "shared" / "data" / "crehate" / "CREHate_raw_annotations.csv.gz"
needs_crehate = pytest.mark.skipif(not CREHATE.exists(), reason="the CREHate log is not on this machine")


@pytest.fixture(scope="module")
def divided(demo_engine: Engine) -> GroupsReport:
    return groups_report(demo_engine, LEAD, Filters(criteria=("offensiveness",)))


def planted(engine: Engine) -> dict[str, Any]:
    truth = json.loads((Path(engine.store.path) / "planted_truth.json").read_text(encoding="utf-8"))
    found: dict[str, Any] = truth["group_divides"][0]
    return found


def test_the_planted_divide_is_the_first_and_only_topic(demo_engine: Engine, divided: GroupsReport) -> None:
    truth = planted(demo_engine)
    found = [g for g in divided.topic_gaps if g.matters]
    assert [(g.criterion, g.topic, g.axis, g.group) for g in found] == [
        (truth["criterion"], truth["topic"], truth["group"], truth["value"])
    ]
    assert found[0] is divided.topic_gaps[0]
    assert abs(found[0].gap - truth["shift_in_scale_points"]) < 0.6
    assert found[0].n_trainers == len(truth["trainer_ids"])
    first = divided.groups[0]
    assert (first.axis, first.group, first.matters) == (truth["group"], truth["value"], True)


def test_groups_below_the_floor_show_nothing_at_all(divided: GroupsReport) -> None:
    hidden = [g for g in divided.groups if g.suppressed]
    assert hidden
    for g in hidden:
        assert (g.n_trainers, g.n_items, g.matters) == (0, 0, False)
        assert all(math.isnan(x) for x in (g.p_value, g.q_value, g.p_across, g.p_difference, g.p_any))
        assert not any(e.defined for e in (g.within, g.across, g.gai, g.difference))
    shown = {(g.axis, g.group) for g in divided.groups if not g.suppressed}
    assert {(t.axis, t.group) for t in divided.topic_gaps if math.isfinite(t.gap)} <= shown
    for one in divided.groups:
        if not one.suppressed:
            assert one.n_trainers >= divided.floor
    assert not divided.item_gaps  # no item has five people on either side


def test_no_one_may_be_singled_out_by_filters(demo_engine: Engine) -> None:
    report = groups_report(demo_engine, LEAD, Filters(trainers=("t-043",)))
    assert report.undefined == ALONE
    assert not report.groups


def test_a_trainer_sees_no_groups(demo_engine: Engine) -> None:
    report = groups_report(demo_engine, Scope(role="trainer", viewer="t-043"), Filters())
    assert not report.groups
    assert report.undefined


def test_the_document_has_the_agreed_keys(divided: GroupsReport) -> None:
    document = jsonable(divided.to_document())
    assert {"groups", "item_gaps", "snapshot_id", "filters"} <= set(document)
    first = document["groups"][0]
    keys = {"criterion", "axis", "group", "n_trainers", "n_items", "within", "across", "gai", "p_value", "q_value"}
    assert keys | {"suppressed"} <= set(first)
    assert {"value", "low", "high"} <= set(first["within"])
    json.dumps(document, allow_nan=False)


def test_codes_against_the_rows_of_the_log(demo_engine: Engine) -> None:
    """The arrays that statistics take, read back into words, are the counted judgments of items judged twice."""
    with demo_engine.session(LEAD, Filters(criteria=("offensiveness",))) as session:
        (criterion,) = session.criteria()
        log = group_log(session, criterion, only_sensitive_topics=True)
        axes = {a.name: a for a in group_axes(session)}
        rows = session.rows("groups_judgments", criterion_code=criterion.code)
    assert log is not None
    assert set(axes) == {"age_band", "gender", "region"}
    sizes: dict[int, int] = {}
    for unit, _, _ in rows:
        sizes[unit] = sizes.get(unit, 0) + 1
    expected = sorted((u, t, criterion.dictionary[c]) for u, t, c in rows if sizes[u] > 1)
    units = sorted(u for u, n in sizes.items() if n > 1)
    labels = criterion.scale.labels
    got = sorted(
        (units[i], int(log.trainer_codes[t]), labels[x])
        for i, t, x in zip(log.codes.item, log.codes.trainer, log.codes.label, strict=True)
    )
    assert got == expected
    of = axes["age_band"].of(log.trainer_codes)
    table = log.trainers_by_topic(of, 3)
    for s, topic in enumerate(log.topics):
        for g in range(3):
            people = {
                int(t)
                for i, t in zip(log.codes.item, log.codes.trainer, strict=True)
                if log.topic[i] == s and of[t] == g
            }
            assert table[s, g] == len(people), (topic, g)


def crehate(folder: Path, settings: Settings, labels: str) -> Engine:
    """Return an engine on the log of Lee et al. 2024, with these labels on its scale."""
    words = (ROOT / "docs" / "mappings" / "crehate.toml").read_text(encoding="utf-8")
    mapping = folder / "mapping.toml"
    mapping.write_text(words.replace('labels = ["0", "1"]', f"labels = {labels}"), encoding="utf-8")
    store = open_store(folder / "store", create=True)
    ingest(store, [CREHATE], mapping=load_mapping(mapping), settings=settings)
    return Engine(store, settings)


@needs_crehate
def test_crehate_country_matters(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lee et al. 2024: five countries; 56.2 % of items have one majority label in all of them."""
    monkeypatch.setattr(groups, "MANY", 1)
    engine = crehate(tmp_path, Settings(bootstrap_replicates=400), '["0", "1"]')
    report = groups_report(engine, LEAD, Filters(), axes=("nationality",))
    assert {g.axis for g in report.groups} == {"nationality"}
    assert len(report.groups) == 5
    assert not report.marked
    (consensus,) = report.consensus
    assert (consensus.n_items, round(100 * consensus.share, 1)) == (1580, 56.2)
    assert " ".join(in_words(consensus).split()) == (
        "56.2 % of 1 580 items have the same single most frequent label in all 5 groups by nationality."
    )
    matters = {g.group for g in report.groups if g.matters}
    assert "United States" in matters
    assert len(matters) >= 3
    assert max(report.groups, key=lambda g: g.gai.value).group == "United States"
    assert report.item_gaps
    assert all(g.gap.low <= g.gap.value <= g.gap.high for g in report.item_gaps)


@needs_crehate
def test_crehate_agreement_by_country(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On all three codes, as the krippendorff package gives it.

    Nineteen of Singapore's rows are a second answer of the same person to the same item and do not count as another
    person's: without them its alpha is .2722; counting them it would be the .2707 of the log's description.
    """
    monkeypatch.setattr(groups, "MANY", 1)
    engine = crehate(tmp_path, Settings(bootstrap_replicates=100), '["0", "1", "2"]')
    report = groups_report(engine, LEAD, Filters(), axes=("nationality",))
    assert "19 repeats by the same trainer" in repeats_in_words(report.repeats[0])
    assert {g.group: round(g.within.value, 4) for g in report.groups} == {
        "United States": 0.4179, "United Kingdom": 0.3348, "Australia": 0.3273, "South Africa": 0.2836,
        "Singapore": 0.2722,
    }  # fmt: skip
