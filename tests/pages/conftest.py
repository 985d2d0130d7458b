"""The three stores every page must live with, and a way to open a page as somebody."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from analytics.core.scope import ROLE_TITLES, Role
from analytics.ui.navigation import ROOT
from tests.ui.stores import empty_store, full_store, one_label_store

Open = Callable[..., AppTest]
STORES = ("full", "one label", "empty", "none")


@pytest.fixture(scope="session")
def stores(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return the folders of the stores; "none" is a folder where there is none."""
    root = tmp_path_factory.mktemp("stores")
    return {
        "full": full_store(root / "full").path,
        "one label": one_label_store(root / "one").path,
        "empty": empty_store(root / "empty").path,
        "none": root / "nothing",
    }


@pytest.fixture
def open_page(stores: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> Open:
    """Return a function that opens a page as a role on one of the stores."""
    monkeypatch.chdir(ROOT)
    monkeypatch.delenv("PLUMBLINE_CONFIG", raising=False)

    def opened(
        page: str | None = None,
        *,
        role: Role = "lead",
        store: str = "full",
        theme: str = "light",
        **query: str | list[str],
    ) -> AppTest:
        monkeypatch.setenv("PLUMBLINE_STORE", str(stores[store]))
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
        app.context = {"theme": theme}
        if role != "lead":
            app.query_params["role"] = ROLE_TITLES[role]
        for name, value in query.items():
            app.query_params[name] = value
        app.run()
        if page is not None:
            app.switch_page(f"pages/{page}.py").run()
        return app

    return opened


def words(app: AppTest) -> str:
    """Return all text of a page as a reader sees it, without the escapes."""
    kinds = ("title", "header", "subheader", "markdown", "caption", "text", "code", "metric", "badge")
    found: list[str] = []
    for kind in kinds:
        for element in app.get(kind):
            found += [str(getattr(element, part, "") or "") for part in ("label", "value", "body")]
    return "\n".join(found).replace("\\", "")


def failed(app: AppTest) -> str:
    """Return what went wrong on a page, "" where nothing did: an exception, or the card that stands for one."""
    if app.exception:
        return str(app.exception[0])
    try:
        card = app.get_by_key("error_card")
    except KeyError:
        return ""
    return "\n".join(text.value for text in card.text)
