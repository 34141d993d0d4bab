"""Single units: their activations, their initial weights and what they compute."""
