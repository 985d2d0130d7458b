"""`python -m analytics COMMAND`: the same report calls as the pages, for the terminal and for pipelines."""

from analytics.cli import app

if __name__ == "__main__":
    app(prog_name="python -m analytics")
