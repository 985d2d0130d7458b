"""Agreement, explained."""

from __future__ import annotations

from analytics.core.metrics.metric import Metric

METRICS: tuple[Metric, ...] = ()
