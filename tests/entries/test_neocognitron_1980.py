"""The neocognitron against the numbers of its paper's chapter 5."""

from benchmarks import catalogue

ENTRY = catalogue.load("neocognitron_1980")


def test_planes_and_synapses_are_those_of_the_paper() -> None:
    """Cells and areas as printed; every S-cell's modifiable synapses, excitatory and inhibitory, add up to
    what Epoch AI's table says.
    """
    model = ENTRY.build()
    sides = {layer.name: layer.output.shape[1:] for layer in model.layers if layer.name[0] in "SC"}
    assert sides == {
        "S1": (16, 16, 24),
        "C1": (10, 10, 24),
        "S2": (8, 8, 24),
        "C2": (6, 6, 24),
        "S3": (2, 2, 24),
        "C3": (1, 1, 24),
    }
    synapses = 0
    for name in ("S1", "S2", "S3"):
        layer = model.get_layer(name)
        height, width, planes = sides[name]
        synapses += height * width * planes * (layer.a.shape[0] + 1)
    assert synapses == ENTRY.parameters[0].published == 1_140_576


def test_handwriting_fits_the_papers_retina() -> None:
    for recipe in ENTRY.recipes:
        model = ENTRY.build(**recipe.model)
        assert model.get_layer("S1").input.shape[1:] == (16, 16, 1)
