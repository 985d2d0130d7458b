"""The router: who is looking, what they may see, which page. No data, no charts."""

from analytics.ui.shell import run

run()
