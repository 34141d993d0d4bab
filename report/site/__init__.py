"""The pages of the report: HTML from results, tables and figures, and the files around them.

`build` writes everything; each other module prepares one part. Templates are in `templates/`, the style sheet
and the scripts in `static/`.
"""
