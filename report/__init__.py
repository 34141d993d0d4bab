"""The report: reads bundles of results and writes one page, its figures and its tables.

Needs pandas, seaborn, SciPy and Jinja2 alone: no Keras, no backend. What an entry says of itself is said by
the installed catalogue, which is read without any framework, and of one that it does not have by the bundle.
"""
