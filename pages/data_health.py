"""What came in, what was set aside, and what can the data not answer?"""

from analytics.figures.data_health import coverage, reconciliation
from analytics.reports.data_health import data_health_report
from analytics.ui.chart import chart
from analytics.ui.data_health import gaps_table, guessed_scales, ingests_table, left_out_table, rejected_table
from analytics.ui.page import card, cards, empty, nothing, open_page, provenance, stack

view = open_page()
report = view.report(data_health_report)

if not report.ingests:
    empty(nothing(view), border=True)
else:
    provenance(n_judgments=report.n_judgments, n_trainers=report.n_trainers, n_items=report.n_items)
    with cards():
        with stack():
            with card("What became of every row", stretch=False):
                chart(reconciliation(report, view.palette), key="reconciliation")
            with card("Left out of agreement", stretch=False):
                left_out_table(report)
        with card("Judgments per item", help="At the right: the share of items with at least two judgments."):
            if report.criteria:
                chart(coverage(report, view.palette), key="coverage")
            else:
                empty("No judgment matches these filters.")
    guessed_scales(report)
    with card("Rows that were set aside"):
        rejected_table(report)
    with card("What the data cannot answer"):
        gaps_table(report)
    with card("Every ingest"):
        ingests_table(report)
