"""Small SVG drawings that the report makes without a plotting library."""
