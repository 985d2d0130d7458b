"""Who needs help, and with what?"""

from analytics.reports.trainers import trainers_report
from analytics.ui.page import empty, open_page, provenance
from analytics.ui.trainer import one_trainer
from analytics.ui.trainers import flag_cards, funnel_card, gold_card, lead_sentence, rationale_card, trainer_table

view = open_page()
report = view.report(trainers_report)

if not report.trainers:
    empty("No judgment matches these filters in what you may see. Clear a filter, or import a log.", border=True)
else:
    lead_sentence(report)
    provenance(
        n_judgments=report.n_judgments, n_trainers=len(report.trainers), n_items=report.n_items, more=report.note
    )
    funnel_card(report, view)
    chosen = trainer_table(report)
    if chosen is not None:
        one_trainer(report, report.trainers[chosen], view)
    flag_cards(report)
    gold_card(report)
    rationale_card(report)
