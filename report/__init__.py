"""The report: reads bundles of results and writes one page, its figures and its tables.

Needs pandas, seaborn and Jinja2 alone: no Keras, no backend, no entry is imported. What an entry
says of itself is read from the bundle.
"""
