"""Who needs help, and with what?"""

from analytics.ui.page import empty, open_page, provenance
from analytics.ui.team_sections import team_sections
from analytics.ui.trainer import look_closer, looked_at, one_trainer
from analytics.ui.trainers import funnel_card, lead_sentence, team_report, trainer_table

view = open_page()
report = team_report(view)

if not report.trainers:
    empty("No judgment matches these filters in what you may see. Clear a filter, or import a log.", border=True)
else:
    looked = looked_at(report)
    if looked is not None:
        one_trainer(report, looked, view)
    else:
        lead_sentence(report)
        provenance(
            n_judgments=report.n_judgments, n_trainers=len(report.trainers), n_items=report.n_items, more=report.note
        )
        funnel_card(report, view)
        look_closer(report, trainer_table(report))
        team_sections(report, view)
