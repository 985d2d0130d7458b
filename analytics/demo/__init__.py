"""A simulated judgment log with planted truth: to look at, and to check every method against."""

from __future__ import annotations

from analytics.demo.log import DemoLog
from analytics.demo.planted import DEFAULT_SEED
from analytics.demo.simulate import simulate, write_demo
from analytics.demo.team import SimulatedTeam, simulate_team

__all__ = ["DEFAULT_SEED", "DemoLog", "SimulatedTeam", "simulate", "simulate_team", "write_demo"]
