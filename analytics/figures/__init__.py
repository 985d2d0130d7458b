"""Floor 3: reports as Plotly figures, each a plain dict {"data", "layout"}. Nothing here computes or queries.

Every builder takes a `palette` and leaves a sentence for people who do not see the picture in `layout.meta.alt`.
"""
