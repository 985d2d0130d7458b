"""What do people disagree about, and why?"""

import streamlit as st

from analytics.reports.hotspots import criterion_hotspots
from analytics.ui.agreement import section_of
from analytics.ui.hotspot_sections import pairs_section, queue_section, slices_section
from analytics.ui.hotspots import chosen_criterion, items_section, lead_sentence
from analytics.ui.page import empty, open_page, provenance

view = open_page()
chosen = chosen_criterion(view)

if chosen is None:
    empty("No judgment matches these filters in what you may see. Clear a filter, or import a log.", border=True)
else:
    with st.spinner("Finding causes, slices and themes", show_time=True):
        report = view.report(criterion_hotspots, project=chosen.project, criterion=chosen.criterion)
    lead_sentence(report)
    if not report.undefined:
        provenance(n_judgments=report.n_judgments, n_trainers=report.n_trainers, n_items=report.n_items)
        section = section_of(("Items", "Label pairs", "Slices and themes", "Queue"))
        if section == "Items":
            items_section(report, view, chosen)
        elif section == "Label pairs":
            pairs_section(report, view, chosen)
        elif section == "Slices and themes":
            slices_section(report, view, chosen)
        else:
            queue_section(report, view, chosen)
