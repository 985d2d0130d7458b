"""Real logs behind the hotspots: functionalities of HateCheck, debates of UKPConvArg1."""

from __future__ import annotations

from pathlib import Path

from analytics.core.filters import Filters
from analytics.core.scope import Scope
from analytics.core.settings import Settings
from analytics.ingest.mapping import mapping_from
from analytics.reports.choices import choices
from analytics.reports.hotspot_analysis import hotspot_analysis
from analytics.reports.importing import ingest
from analytics.store import Engine, open_store
from tests.cli.test_real_logs import file

MAPPINGS = Path(__file__).parents[2] / "docs" / "mappings"
LEAD = Scope(role="lead")
DEBATES = (
    "if-your-spouse",
    "is-it-better-to-have-a-lousy",
    "ban-plastic",
    "firefox",
    "is-the-school-uniform",
    "gay-marriage",
)
"""Of these, the first two are personal dilemmas, on which one argument is hardly better than another."""


def read(store: Path, name: str, mapping: Path, table: str = "judgments") -> Engine:
    settings = Settings(bootstrap_replicates=100)
    mapped = mapping_from(mapping, pairs=[], project=None, criterion=None)
    ingest(open_store(store, create=True), [Path(file(name))], mapping=mapped, table=table, settings=settings)
    return Engine(open_store(store), settings)


def test_hatecheck_names_its_hard_functionalities_and_says_what_is_not_confirmed(tmp_path: Path) -> None:
    """Three of ten trainers miss negations and reclaimed slurs: true of these ten, and no more is claimed."""
    engine = read(tmp_path / "s", "hatecheck/test_suite_annotations.csv", MAPPINGS / "hatecheck.toml")
    analysis = hotspot_analysis(engine, LEAD, Filters(), project="hatecheck", criterion="hate")
    assert round(analysis.pairs.alpha, 3) == 0.939
    found = analysis.slices
    assert not found.slices
    nearest = {dict(s.conditions).get("functionality"): s for s in found.candidates}
    assert {"negate_neg_nh", "slur_reclaimed_nh", "ident_pos_nh"} <= set(nearest)
    assert nearest["negate_neg_nh"].standing == "these trainers"
    assert nearest["negate_neg_nh"].inside > 3 * nearest["negate_neg_nh"].outside
    assert all(s.standing != "confirmed" and s.q_value > found.level for s in found.candidates)


def test_ukpconvarg_debates_on_personal_dilemmas_stand_out(tmp_path: Path) -> None:
    read(tmp_path / "s", "ukpconvarg1/judgments.parquet", MAPPINGS / "ukpconvarg1.toml")
    engine = read(tmp_path / "s", "ukpconvarg1/pairs.parquet", MAPPINGS / "ukpconvarg1-pairs.toml", table="items")
    topics = tuple(t for t in choices(engine, LEAD).topics if t.startswith(DEBATES))
    found = hotspot_analysis(
        engine, LEAD, Filters(topics=topics), project="ukpconvarg1", criterion="convincing"
    ).slices.slices
    titles = " ".join(value for s in found for _, value in s.conditions)
    assert any(word in titles for word in ("murder", "father"))
    assert not any(word in titles for word in ("plastic", "bottle", "firefox"))
    assert all(s.excess.low > 0 for s in found)
