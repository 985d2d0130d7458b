"""Can a reward model learn from these comparisons?"""

import streamlit as st

from analytics.reports.preferences import preferences_report
from analytics.ui.page import empty, nothing, open_page
from analytics.ui.preferences import part_of, picked_criterion
from analytics.ui.preferences_agreement import agreement_and_ceiling
from analytics.ui.preferences_effects import order_length_cycles, rankings, ratings_against_choices, rewriting
from analytics.ui.preferences_models import response_models
from analytics.ui.preferences_pairs import all_pairs

view = open_page()
picked = picked_criterion(view)

if picked is None:
    empty(nothing(view, "choice between answers, ranking or rewrite"), border=True)
elif picked.level == "ranking":
    rankings(view, picked)
elif picked.level == "text":
    rewriting(view, picked)
else:
    part = part_of()
    if part == "Response models":
        response_models(view, picked)
    elif part == "Order, length, cycles":
        order_length_cycles(view, picked)
    elif part == "Ratings":
        ratings_against_choices(view, picked)
    elif part == "Pairs":
        all_pairs(view, picked)
    else:
        with st.spinner("Counting judgments", show_time=True):
            report = view.report(preferences_report, project=picked.project, criterion=picked.criterion)
        agreement_and_ceiling(report, view, picked)
