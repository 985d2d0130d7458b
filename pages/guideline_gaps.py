"""Which rule should be rewritten first, and what would it gain?"""

import streamlit as st

from analytics.reports.guideline_gaps import guideline_gaps_report
from analytics.ui.guideline_gaps import chosen_gap, everything_tested, heat_map, ranked_gaps
from analytics.ui.page import empty, open_page, provenance
from analytics.ui.text import escaped

view = open_page()
with st.spinner("Testing every boundary in every section", show_time=True):
    report = view.report(guideline_gaps_report)

if not report.criteria:
    empty("No judgment matches these filters in what you may see. Clear a filter, or import a log.", border=True)
else:
    st.markdown(f"## {escaped(report.sentence)}")
    provenance(n_judgments=report.n_judgments, n_trainers=report.n_trainers, n_items=report.n_items)
    ranked_gaps(report, view)
    chosen_gap(report, view)
    heat_map(report, view)
    everything_tested(report)
