"""How far can these labels be trusted, and where not?"""

import streamlit as st

from analytics.reports.agreement_detail import agreement_detail_report
from analytics.ui.agreement import chosen_criterion, headline_card, other_coefficients, section_of
from analytics.ui.agreement_check import check
from analytics.ui.agreement_when import when
from analytics.ui.agreement_where import where
from analytics.ui.agreement_who import who
from analytics.ui.agreement_why import why
from analytics.ui.page import empty, open_page

view = open_page()
chosen = chosen_criterion(view)

if chosen is None:
    empty("No judgment matches these filters in what you may see. Clear a filter, or import a log.", border=True)
else:
    with st.spinner("Counting judgments", show_time=True):
        detail = view.report(
            agreement_detail_report, project=chosen.project, criterion=chosen.criterion, interval=chosen.interval
        )
    headline_card(detail, view, chosen)
    other_coefficients(detail, view)
    section = section_of(("Why", "Who with whom", "Where", "When", "Check and download"))
    if section == "Why":
        why(detail, view, chosen)
    elif section == "Who with whom":
        who(view, chosen)
    elif section == "Where":
        where(detail, view, chosen)
    elif section == "When":
        when(detail, view, chosen)
    else:
        check(detail, view, chosen)
