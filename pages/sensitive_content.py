"""Are difficult topics judged well, fairly, and by people who are not overexposed?"""

import streamlit as st

from analytics.reports.sensitive import sensitive_report
from analytics.ui.groups import groups
from analytics.ui.page import empty, open_page, provenance
from analytics.ui.sensitive import sections
from analytics.ui.text import escaped

view = open_page()
with st.spinner("Counting what was met, week by week", show_time=True):
    report = view.report(sensitive_report)

if report.undefined:
    empty(report.undefined, border=True)
    groups(view)
else:
    st.markdown(f"## {escaped(report.sentence)}")
    provenance(
        n_judgments=report.n_judgments,
        n_trainers=report.n_trainers,
        n_items=report.n_items,
        more="on items marked sensitive; texts are hidden until asked for",
    )
    sections(report, view)
