"""Who may know whom. import-linter holds the floors of the package; here are the rules for what stands around it."""

from __future__ import annotations

from pathlib import Path

from tests.house.source import files, imports, name_of

PACKAGE, PAGES = files("analytics"), files("pages")
PAGE_MAY_KNOW = ("analytics.core", "analytics.figures", "analytics.reports", "analytics.ui", "streamlit", "__future__")
DRAWING_OR_DATA = ("pandas", "plotly", "altair", "duckdb", "numpy", "scipy", "analytics.store", "analytics.stats")


def inside(module: str, *roots: str) -> bool:
    return any(module == root or module.startswith(f"{root}.") for root in roots)


def who_imports(paths: list[Path], *roots: str) -> set[str]:
    return {name_of(path) for path in paths if any(inside(m, *roots) for m in imports(path))}


def test_only_the_ui_knows_streamlit() -> None:
    assert {p for p in who_imports(PACKAGE, "streamlit") if not p.startswith("analytics/ui/")} == set()


def test_only_the_store_speaks_to_duckdb() -> None:
    assert {p for p in who_imports(PACKAGE, "duckdb") if not p.startswith("analytics/store/")} == set()


def test_a_page_joins_reports_with_figures_and_nothing_else() -> None:
    strangers = {f"{name_of(p)}: {m}" for p in PAGES for m in imports(p) if not inside(m, *PAGE_MAY_KNOW)}
    assert strangers == set()


def test_the_router_neither_reads_nor_draws() -> None:
    assert who_imports(files("app.py"), *DRAWING_OR_DATA) == set()


def test_figures_are_plain_dicts() -> None:
    assert who_imports(files("analytics/figures"), "plotly", "pandas", "scipy") == set()
