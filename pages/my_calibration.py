"""How am I doing, and what can I learn today?"""

from analytics.ui.my_calibration import (
    chosen_criterion,
    confusions_card,
    items_card,
    my_report,
    nothing_yet,
    opening,
    overall_card,
    own_card,
    strengths_card,
    trend_card,
)
from analytics.ui.page import cards, open_page

view = open_page()
report = my_report(view)

if not report.criteria:
    nothing_yet()
else:
    opening(report)
    with cards():
        strengths_card(report)
        overall_card(report, view)
    items_card(report)
    criterion = chosen_criterion(report)
    own_card(criterion, report, view)
    with cards():
        confusions_card(criterion)
        trend_card(criterion, report, view)
