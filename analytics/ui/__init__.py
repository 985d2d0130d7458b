"""Streamlit helpers: viewer, filters, cached reports, page frame, tables, charts.

Only this folder, pages/ and app.py know Streamlit.
"""
