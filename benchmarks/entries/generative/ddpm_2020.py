"""Pictures out of pure noise, by undoing a thousand small steps of it.

Add a little Gaussian noise to a photograph, and again, a thousand times: nothing of it is left. Each
single step, though, destroys so little that it can nearly be undone, and to undo it one only has to say
which part of the image is noise. That is a plain regression. Take an image, choose a time at random, add
the noise of that time in one go, and let a net guess the noise from the result; what is minimised is the
mean square of the error. To draw a new image, begin with noise and let the same net take it away step by
step. A little fresh noise is put back at each step, because the way back is a random one, too.

The idea of diffusion was five years old when Ho, Jain and Abbeel took it up, and nobody had shown good
samples from it. They let the net, a U-Net that is told the time, predict the noise, and they weighted all
times equally, where the bound on the likelihood gives most weight to the smallest noise. No second net
plays against the first, and the loss says how learning goes.

The price is paid when drawing: a thousand passes through the net for one image, where a generator of the
adversarial kind needs one. As models of probability these nets did not keep up with others of their time,
as the authors say themselves: most of their bits describe details that no one sees.
"""

from benchmarks.spec import Claim, Entry, Fact, Paper, ParameterCount, Recipe

PAPER = Paper(
    title="Denoising diffusion probabilistic models",
    authors="J. Ho, A. Jain, P. Abbeel",
    year=2020,
    venue="Advances in Neural Information Processing Systems 33, 6840-6851",
    url="https://arxiv.org/abs/2006.11239",
    confidence="verified",
)


def build(
    input_shape=(32, 32, 3),
    channels=128,
    multipliers=(1, 2, 2, 2),
    blocks=2,
    attention=(16,),
    dropout=0.1,
    groups=32,
    units=0,
    steps=1000,
    first=1e-4,
    last=0.02,
    scale=255.0,
):
    """The authors' U-Net for CIFAR-10; with `units`, a net of fully connected residual blocks in its place.

    `first` and `last`: the variances of the noise of the first and of the last of `steps` steps. `attention`:
    the sides of the maps whose places attend to one another.
    """
    from benchmarks.layers.bodies.denoisers import dense_denoiser, unet
    from benchmarks.layers.models.gaussian_diffusion import GaussianDiffusion

    if units:
        denoiser = dense_denoiser(input_shape, channels, units, blocks, dropout)
    else:
        denoiser = unet(input_shape, channels, multipliers, blocks, attention, dropout, groups)
    return GaussianDiffusion(denoiser, input_shape, steps, first, last, scale)


def loss(model, batch, training):
    """The mean square of the error about the noise, all times weighted equally: the paper's L_simple."""
    return model.denoising_loss(batch["x"], training)


def on_the_way(model, batch):
    """Samples when so many steps are `left`, in [0, 1] but for noise."""
    return {"image": 0.5 + 0.5 * model.path(batch["uniform"], batch["left"])}


def pictures(model, data, predict):
    """Ten samples on their way from noise, and fifty more."""
    import numpy as np

    from benchmarks.pictures import grid
    from benchmarks.tasks.generation import flat, generate

    side = model.shape[0]
    uniform = np.random.default_rng(1).random((60, model.latent), "float32")
    samples = flat(predict(generate, {"uniform": uniform})["image"])
    left = [model.steps * k // 20 for k in (20, 10, 7, 5, 3, 2, 1, 0)]
    arrays = {"uniform": np.tile(uniform[:10], (8, 1)), "left": np.repeat(np.array(left, "int32"), 10)}
    path = flat(predict(on_the_way, arrays)["image"])
    times = ", ".join(map(str, left[:-1]))
    return {
        "path": grid(
            path,
            (side, side),
            10,
            f"Ten samples, drawn at random and not chosen: from top to bottom {times} and 0 of {model.steps} "
            "steps are left.",
        ),
        "samples": grid(samples[10:], (side, side), 10, "Fifty more samples, not chosen."),
    }


CODE = "the authors' code, scripts/run_cifar.py in github.com/hojonathanho/diffusion"

ENTRY = Entry(
    id="ddpm_2020",
    name="Denoising diffusion",
    family="generative",
    task="generation",
    idea="A net that guesses the noise in an image, and draws by taking noise away step by step.",
    paper=PAPER,
    build=build,
    loss=loss,
    pictures=pictures,
    parameters=(
        ParameterCount(
            trainable=35_746_307,
            published=35.7e6,
            where="the U-Net for CIFAR-10 of the authors' code, counted; a comment in its script says 35.7M",
        ),
    ),
    recipes=(
        Recipe(
            dataset="digits",
            tier="pocket",
            model={
                "input_shape": (8, 8, 1),
                "channels": 32,
                "units": 256,
                "blocks": 2,
                "dropout": 0.1,
                "steps": 100,
                "first": 1e-3,
                "last": 0.2,
                "scale": 16.0,
            },
            optimizer={
                "name": "Adam",
                "learning_rate": 0.004,
                "use_ema": True,
                "ema_momentum": 0.99,
                "ema_overwrite_frequency": 960,
            },
            batch_size=64,
            epochs=60,
            evaluate_every=60,
            clip_norm=1.0,
            task_options={"samples": 1000},
            floor=("frechet_distance", 12.5),
            source=(
                "ours: sizes, passes and average set once, the rate chosen on validation; the variances are "
                "ten times the paper's, for a tenth of the steps"
            ),
            tries=6,
        ),
        Recipe(
            dataset="mnist",
            tier="standard",
            model={
                "input_shape": (28, 28, 1),
                "channels": 16,
                "multipliers": (1, 2, 2),
                "blocks": 1,
                "attention": (7,),
                "dropout": 0.1,
                "groups": 8,
                "steps": 100,
                "first": 1e-3,
                "last": 0.2,
                "scale": 255.0,
            },
            optimizer={
                "name": "Adam",
                "learning_rate": 1e-3,
                "use_ema": True,
                "ema_momentum": 0.99,
                "ema_overwrite_frequency": 1170,
            },
            batch_size=128,
            epochs=3,
            evaluate_every=3,
            clip_norm=1.0,
            task_options={"samples": 500},
            shortened="1,170 of 800,000 steps, by a smaller net, and a tenth of the steps of noise",
            source=f"after {CODE}: batch, dropout and clipping; the rest is ours, and nothing was searched",
        ),
    ),
    claims=(
        Claim(
            dataset="cifar10",
            metric="frechet_distance",
            value=3.17,
            unit="feature²",
            direction="lower",
            where="abstract and Table 1: FID 3.17 on unconditional CIFAR-10",
            confidence="verified",
            source="abstract of the paper",
            not_comparable=(
                "the distance of 50,000 samples in the features of an Inception net trained on ImageNet, of "
                "photographs"
            ),
        ),
        Claim(
            dataset="cifar10",
            metric="inception_score",
            value=9.46,
            unit="score",
            direction="higher",
            where="abstract and Table 1: Inception score 9.46 on unconditional CIFAR-10",
            confidence="verified",
            source="abstract of the paper",
            not_comparable="the score is that of an Inception net trained on ImageNet, of photographs",
        ),
    ),
    deviations=(
        (
            "Fewer steps of noise, with variances larger by as much, so that about as little is left of the "
            "image at the end: 100 from 0.001 to 0.2 where the paper has 1,000 from 0.0001 to 0.02."
        ),
        (
            "On the bundled digits the net has no convolutions: residual blocks of fully connected units are "
            "told the time."
        ),
        (
            "The average of the weights, with which samples are drawn, looks back over some hundred steps "
            "and not ten thousand, and takes the place of the weights at the end of training."
        ),
        "The rate does not rise slowly at the beginning, as the authors' does over 5,000 steps.",
        (
            "Samples are fewer than for other generators, because each takes as many passes through the net "
            "as there are steps: the Parzen windows have fewer centres, and score lower for it."
        ),
    ),
    history=(
        Fact("hours", 10.6, "h", "paper text, appendix B: CIFAR-10", "verified"),
        Fact("hardware", "TPU v3-8", "", "paper text, appendix B", "verified"),
    ),
)
