"""Settings: one TOML file, overridden by environment variables `PLUMBLINE_<NAME>`."""

from __future__ import annotations

import difflib
import os
import tomllib
from pathlib import Path
from typing import Any

from pydantic import BaseModel, Field, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource
from pydantic_settings import SettingsError as SourceError

from analytics.core.errors import SettingsError

PREFIX = "PLUMBLINE_"
CONFIG = f"{PREFIX}CONFIG"
DEFAULT_FILE = "plumbline.toml"


class Band(BaseModel):
    """One verdict band of an agreement coefficient: from `low` up to the next band's `low`."""

    name: str
    low: float


class Settings(BaseSettings):
    """Everything that may differ from one installation to the next; `load_settings` reads it with plain errors.

    The file is `plumbline.toml` in the working directory, or the one that `PLUMBLINE_CONFIG` names.
    """

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_nested_delimiter="__", extra="forbid")

    store: Path = Path("data/store")
    memory_limit: str = "2GB"
    threads: int = Field(default=2, ge=1)
    confidence: float = Field(default=0.95, gt=0, lt=1)
    bootstrap_replicates: int = Field(default=1000, ge=100)
    privacy_floor: int = Field(default=5, ge=2, description="Aggregates over fewer trainers are not shown.")
    provisional_below: int = Field(default=30, description="Below this many items with two judgments: provisional.")
    minimum_items: int = Field(default=10, description="Below this many items with two judgments: no coefficient.")
    period_days: int = Field(default=28, ge=1, description="Length of a period and of the one before it.")
    false_discovery: float = Field(default=0.05, gt=0, lt=1)
    gold_target: float = Field(default=0.85, gt=0, lt=1, description="Accuracy on gold that the team is to reach.")
    cost_per_judgment: float = Field(default=0.75, ge=0, description="In `currency`.")
    currency: str = "USD"
    exposure_limit_items: int = Field(default=60, ge=0, description="Sensitive items a trainer may see a week.")
    exposure_limit_hours: float = Field(default=5.0, ge=0, description="Hours on sensitive items a week.")
    sensitive_targets: dict[str, float] = Field(
        default_factory=dict, description="Topic of sensitive items -> agreement that is to be reached on it."
    )
    max_file_bytes: int = Field(default=20_000_000_000, description="Largest file, unpacked, that is read.")
    bands: tuple[Band, ...] = Field(
        default=(
            Band(name="Not reliable", low=-1.0),
            Band(name="Tentative", low=0.667),
            Band(name="Reliable", low=0.8),
        ),
        min_length=1,
    )
    bands_source: str = "Krippendorff 2004, Content Analysis, p. 241"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Order of precedence: arguments, environment, the TOML file."""
        toml = TomlConfigSettingsSource(settings_cls, toml_file=settings_file())
        return init_settings, env_settings, toml


def settings_file() -> Path:
    """Return the settings file: plumbline.toml in the working directory, or the one PLUMBLINE_CONFIG names."""
    return Path(os.environ.get(CONFIG, DEFAULT_FILE))


def load_settings() -> Settings:
    """Return the settings in force.

    Raises
    ------
    SettingsError
        Where the file cannot be read or a setting cannot be used; the text names file or variable, key and what to do.
    """
    file = settings_file()
    if CONFIG in os.environ and not file.is_file():
        raise SettingsError(f"{CONFIG} must name a settings file, got {str(file)!r}: there is no such file.")
    try:
        return Settings()
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(
            f'{file} is not TOML: {str(error)[:1].lower()}{str(error)[1:]}. Texts stand in quotes: key = "value".'
        ) from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{file} must be UTF-8 text, got other bytes at place {error.start}.") from error
    except OSError as error:
        raise SettingsError(f"{file} cannot be read: {error.strerror}.") from error
    except SourceError as error:
        raise SettingsError(f"A setting in the environment must be JSON: {error}.") from error
    except ValidationError as error:
        raise SettingsError(" ".join(_sentence(found, file) for found in error.errors()[:5])) from error


def _sentence(found: Any, file: Path) -> str:
    """Say where one wrong setting stands, what is wrong and what to do."""
    top = str(found["loc"][0]) if found["loc"] else ""
    key = ".".join(str(part) for part in found["loc"])
    variable = f"{PREFIX}{top.upper()}"
    in_environment = any(name.upper() == variable or name.upper().startswith(f"{variable}__") for name in os.environ)
    where = f"The environment variable {variable}" if in_environment else str(file)
    if found["type"] == "extra_forbidden":
        near = difflib.get_close_matches(top, list(Settings.model_fields), n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"the settings are {', '.join(Settings.model_fields)}."
        return f"{where} has {key!r}, which is no setting: {hint}"
    if found["type"] == "missing":
        return f"{where} has no {key!r}: add it."
    if found["type"] == "too_short":
        return f"{where}: {key} must have at least one entry, got none. Add one or remove it."
    rule = found["msg"].removeprefix("Input should be ").split(", unable")[0]
    return f"{where}: {key} must be {rule}, got {found['input']!r}. Mend or remove it."
