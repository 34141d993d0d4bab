"""What is particular to the fast gradient sign method."""

from benchmarks import catalogue

ENTRY = catalogue.load("adversarial_2014")


def test_every_net_is_attacked_as_the_paper_does_on_mnist_and_trained_with_the_same_change():
    for recipe in ENTRY.recipes:
        change = {"digits": 16 / 8, "mnist": 255 / 4}[recipe.dataset]
        assert recipe.further_tasks["robustness"]["epsilon"] == change
        assert recipe.rule_options.get("epsilon", change) == change


def test_the_net_is_that_of_the_maxout_paper():
    maxout = catalogue.load("maxout_2013")
    ours, theirs = (
        [
            (layer.__class__.__name__, [tuple(w.shape) for w in layer.weights])
            for layer in entry.build().layers
        ]
        for entry in (ENTRY, maxout)
    )
    assert ours == theirs
