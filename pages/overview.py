"""Is quality all right, and what changed that is real?"""

from analytics.figures.frame import bands_of
from analytics.figures.overview import agreement_by_criterion, changes, span
from analytics.reports.overview import overview_report
from analytics.ui.chart import chart
from analytics.ui.overview import criteria_table, fact_cards, lead_sentence, steps_card, team_card
from analytics.ui.page import card, cards, empty, explained, nothing, open_page, provenance

view = open_page()
report = view.report(overview_report)

if not report.criteria:
    empty(nothing(view), border=True)
else:
    lead_sentence(report)
    fact_cards(report, view)
    provenance(
        n_judgments=report.now.n_judgments,
        n_trainers=report.now.n_trainers,
        n_items=report.now.n_items,
        more=span(report.period) if report.period else str(report.no_period),
    )
    steps_card(report, view)
    with cards():
        with card("Agreement by criterion", help=explained("krippendorff_alpha")):
            chart(agreement_by_criterion(report, view.palette, bands_of(view.settings.bands)), key="agreement")
        with card("What changed"):
            if any(c.change is not None and c.change.defined for c in report.criteria):
                chart(changes(report, view.palette), key="changes")
            else:
                empty(report.no_period or "No criterion has a coefficient in both periods, so no change can be told.")
    team_card(report, view)
    with card("Criteria"):
        criteria_table(report, view)
