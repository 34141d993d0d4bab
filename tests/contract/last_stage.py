"""Recipes in stages, where a test wants a single one."""

import dataclasses

from benchmarks import catalogue
from benchmarks.spec import Recipe


def last_stage_alone(recipe: Recipe) -> Recipe:
    """A recipe that learns as this one does in its last stage, and in no other; a plain recipe as it is."""
    stage = catalogue.stages(recipe)[-1]
    learning = {name: getattr(stage, name) for name in catalogue.LEARNING}
    return dataclasses.replace(recipe, stages=(), **{**learning, "evaluate_every": stage.evaluate_every or 1})
