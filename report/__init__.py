"""The report: reads bundles of results and writes pages, figures and tables.

    loading -> results -> claims, comparisons, findings -> tables, figures -> site

It needs only pandas, seaborn, SciPy and Jinja2: no Keras and no backend. What is said about an entry comes
from the installed catalogue, which is read without any framework; for an entry that it lacks, from the
bundle.
"""
