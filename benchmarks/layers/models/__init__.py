"""Models, and layers that belong to the net of one paper."""
