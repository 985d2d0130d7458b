"""Settings: one TOML file, overridden by environment variables `PLUMBLINE_<NAME>`."""

from __future__ import annotations

import os
from pathlib import Path

from pydantic import BaseModel, Field
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource


class Band(BaseModel):
    """One verdict band of an agreement coefficient: from `low` up to the next band's `low`."""

    name: str
    low: float


class Settings(BaseSettings):
    """Everything that may differ from one installation to the next.

    The file is `plumbline.toml` in the working directory, or the one that `PLUMBLINE_CONFIG` names.
    """

    model_config = SettingsConfigDict(env_prefix="PLUMBLINE_", env_nested_delimiter="__", extra="forbid")

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
    bands: tuple[Band, ...] = (
        Band(name="Not reliable", low=-1.0),
        Band(name="Tentative", low=0.667),
        Band(name="Reliable", low=0.8),
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
        file = Path(os.environ.get("PLUMBLINE_CONFIG", "plumbline.toml"))
        toml = TomlConfigSettingsSource(settings_cls, toml_file=file)
        return init_settings, env_settings, toml
