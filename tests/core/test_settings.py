"""What is wrong with the settings is said in one sentence: where it stands, which key, what to do."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from analytics.cli import app
from analytics.core.errors import SettingsError
from analytics.core.settings import Settings, load_settings


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "mine.toml"
    path.write_text("")
    monkeypatch.setenv("PLUMBLINE_CONFIG", str(path))
    return path


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("perod_days = 14", "has 'perod_days', which is no setting: did you mean 'period_days'"),
        ("zzz = 1", "has 'zzz', which is no setting: the settings are store, memory_limit"),
        ("confidence = 2", "mine.toml: confidence must be less than 1, got 2. Mend or remove it."),
        ("confidence = \n", r"mine.toml is not TOML: invalid value \(at line 1, column 14\)"),
        ("bands = []", "bands must have at least one entry, got none"),
        ('[[bands]]\nname = "Low"', "has no 'bands.0.low': add it."),
    ],
)
def test_the_file_and_the_key_are_named(file: Path, text: str, said: str) -> None:
    file.write_text(text)
    with pytest.raises(SettingsError, match=said):
        load_settings()


def test_a_variable_is_named_where_it_is_the_cause(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLUMBLINE_THREADS", "many")
    said = "The environment variable PLUMBLINE_THREADS: threads must be a valid integer, got 'many'"
    with pytest.raises(SettingsError, match=said):
        load_settings()
    monkeypatch.setenv("PLUMBLINE_BANDS", "low")
    with pytest.raises(SettingsError, match='must be JSON: error parsing value for field "bands"'):
        load_settings()


def test_a_file_that_is_not_there_or_not_text_is_no_silent_default(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_bytes(b"store = '\xff'")
    with pytest.raises(SettingsError, match="must be UTF-8 text"):
        load_settings()
    monkeypatch.setenv("PLUMBLINE_CONFIG", str(file.parent / "gone.toml"))
    with pytest.raises(SettingsError, match="there is no such file"):
        load_settings()


def test_good_settings_load(file: Path) -> None:
    file.write_text("period_days = 14")
    assert load_settings() == Settings(period_days=14)


def test_a_command_says_it_in_one_sentence(file: Path) -> None:
    file.write_text("confidence = 2")
    done = CliRunner().invoke(app, ["agreement", "--store", "anywhere"])
    assert done.exit_code == 2
    assert "confidence must be less than 1" in done.output
    assert "Traceback" not in done.output
