"""The metric registry: every number a page may show, explained. A test fails when a shown number is missing here."""

from __future__ import annotations

from analytics.core.metrics.metric import Metric

__all__ = ["Metric", "REGISTRY", "metric"]


def _collect() -> dict[str, Metric]:
    from analytics.core.metrics import (
        agreement,
        agreement_parts,
        hotspots,
        my_calibration,
        preference_models,
        preferences,
        sensitive,
        trainer_behaviour,
        trainer_profile,
        trainers,
    )

    found: dict[str, Metric] = {}
    for module in (
        agreement,
        agreement_parts,
        hotspots,
        sensitive,
        preferences,
        preference_models,
        trainers,
        trainer_behaviour,
        trainer_profile,
        my_calibration,
    ):
        for entry in module.METRICS:
            if entry.name in found:
                raise ValueError(f"metric {entry.name!r} is registered twice.")
            found[entry.name] = entry
    return found


REGISTRY: dict[str, Metric] = _collect()


def metric(name: str) -> Metric:
    """Return the registered metric `name`; KeyError where a page shows a number nobody explained."""
    return REGISTRY[name]
