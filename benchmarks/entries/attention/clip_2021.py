"""Look, and read what people wrote beside the picture.

For ten years a net that sees was a net that sorts: somebody had listed a thousand classes and labelled a
million photographs, and a new class meant new labels and new training. Alec Radford and his colleagues at
OpenAI took captions instead, 400 million of them from the web. One Transformer reads captions, another net
looks at images, and both end in a vector. Training is a game of pairs: in a batch of thousands, each image
is to be closest to its own caption and each caption to its own image. Nothing else is asked.

A class is then only a sentence. Write "a photo of a dog", "a photo of a cat", take the sentence that is
nearest to the image, and a classifier is there that never saw a labelled example: on ImageNet as good as the
ResNet of 2015, and far steadier when the photographs change to drawings. The two towers became eyes and ears
of other systems, of image generators above all. What it could not do well is count, or tell who does what to
whom; on handwritten digits, of which the web has few, simple classifiers beat it; and it learned what else
the web's captions say about people.
"""

from benchmarks.spec import Claim, Entry, Fact, Paper, ParameterCount, Recipe

PAPER = Paper(
    title="Learning transferable visual models from natural language supervision",
    authors=(
        "A. Radford, J. W. Kim, C. Hallacy, A. Ramesh, G. Goh, S. Agarwal, G. Sastry, A. Askell, P. Mishkin, "
        "J. Clark, G. Krueger, I. Sutskever"
    ),
    year=2021,
    venue="ICML 2021, PMLR 139",
    url="https://arxiv.org/abs/2103.00020",
    confidence="verified",
)

NUMBERS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
CLOTHES = (
    "shirt without buttons",
    "trousers",
    "pullover",
    "dress",
    "coat",
    "sandal",
    "shirt",
    "sneaker",
    "bag",
    "boot",
)
#: The last one is read by nobody before the test.
TEMPLATES = (
    "a picture of a {}",
    "this is a {}",
    "here you see a {} in grey",
    "one small {}",
    "the {} on a plain ground",
    "a photo of the {}",
)


def build(
    input_shape=(224, 224, 3),
    scale=255.0,
    patch=32,
    width=768,
    layers=12,
    heads=12,
    vocabulary=49_408,
    context=77,
    text_width=512,
    text_layers=12,
    text_heads=8,
    embedding=512,
    names=NUMBERS,
    templates=TEMPLATES,
):
    """A vision Transformer and a causal one, each of which ends in a vector of `embedding` numbers.

    The captions of class k have the k-th of `names` in one of the `templates`.
    """
    from benchmarks.layers.models.clip import ImagesAndTexts, image_tower, text_tower

    images = image_tower(input_shape, scale, patch, width, layers, heads, embedding)
    texts = text_tower(context, vocabulary, text_width, text_layers, text_heads, embedding)
    return ImagesAndTexts(images, texts, context, templates, names)


def loss(model, batch, training):
    """The contrastive loss of a batch of images and one caption of each (figure 3)."""
    from benchmarks.layers.models.clip import contrastive

    images, texts = model.embedded(batch["x"], model.drawn_captions(batch["y"]), training)
    return contrastive(images, texts, model.scale)


def pictures(model, data, predict):
    """Ten test images, and how near each is to the ten sentences."""
    import numpy as np

    from benchmarks.pictures import LabelledMap, thumbnails
    from benchmarks.spec import Picture
    from benchmarks.tasks.classification import respond

    chosen = [int(np.argmax(data.test["y"] == k)) for k in range(len(model.captions[-1]))]
    x = data.test["x"][chosen]
    logits = predict(respond, {"x": x})["output"].astype("float64")
    sentences = [" ".join(model.words[number] for number in row if number > 1) for row in model.captions[-1]]
    return {
        "images": Picture(thumbnails(x)[None], "The first test image of each class."),
        "sentences": LabelledMap(
            logits / logits.max(),
            [f"image {k + 1}" for k in range(len(x))],
            sentences,
            "image",
            "sentence",
            "of the largest",
            "How near these images are to sentences of a form that was never read before; the nearest "
            "decides.",
        ),
    }


SMALL = {
    "input_shape": (8, 8, 1),
    "scale": 16.0,
    "patch": 2,
    "width": 32,
    "layers": 2,
    "heads": 4,
    "vocabulary": 40,
    "context": 8,
    "text_width": 32,
    "text_layers": 1,
    "text_heads": 4,
    "embedding": 32,
}
CLOTHING = {
    "input_shape": (28, 28, 1),
    "patch": 4,
    "width": 64,
    "layers": 4,
    "heads": 4,
    "vocabulary": 48,
    "context": 10,
    "text_width": 64,
    "text_layers": 2,
    "text_heads": 4,
    "embedding": 64,
}
NO_IMAGENET = "400 million pairs from the web, and ImageNet, are not at hand; the nets here are small"
CAPTIONS = "sizes, rate and passes ours, not searched; five templates of captions, tested by a sixth"

ENTRY = Entry(
    id="clip_2021",
    name="CLIP",
    family="attention",
    task="classification",
    idea="Bring each image near its own caption and away from the others'; then a class is a sentence.",
    paper=PAPER,
    build=build,
    loss=loss,
    pictures=pictures,
    parameters=(
        ParameterCount(
            trainable=151_277_313,
            where=(
                "ViT-B/32: 87,849,216 in the image tower, 63,428,096 in the text tower and the factor; "
                "the count of the model in github openai/CLIP"
            ),
            published=151_277_313,
            confidence="verified",
        ),
    ),
    recipes=(
        Recipe(
            dataset="digits",
            tier="pocket",
            model=SMALL,
            optimizer={"name": "AdamW", "learning_rate": 0.003, "weight_decay": 0.01},
            batch_size=32,
            epochs=14,
            evaluate_every=7,
            floor=("error", 12.5),
            source=CAPTIONS,
        ),
        Recipe(
            dataset="fashion_mnist",
            tier="standard",
            model=CLOTHING | {"names": CLOTHES},
            optimizer={"name": "AdamW", "learning_rate": 0.001, "weight_decay": 0.01},
            batch_size=128,
            epochs=10,
            evaluate_every=2,
            source=CAPTIONS,
        ),
        Recipe(
            dataset="mnist",
            tier="standard",
            model=CLOTHING,
            optimizer={"name": "AdamW", "learning_rate": 0.001, "weight_decay": 0.01},
            batch_size=128,
            epochs=10,
            evaluate_every=2,
            source=CAPTIONS,
        ),
    ),
    claims=(
        Claim(
            dataset="ImageNet",
            metric="accuracy",
            value=76.2,
            unit="%",
            direction="higher",
            where="ViT-L/14 at 336 pixels, zero-shot; section 3",
            not_comparable=NO_IMAGENET,
        ),
        Claim(
            dataset="mnist",
            metric="accuracy",
            value=88.0,
            unit="%",
            direction="higher",
            where="section 6, limitations: zero-shot",
            not_comparable="the paper's net never saw the digits; ours learns from captions of them",
        ),
    ),
    deviations=(
        (
            "Captions are sentences made of the class's name, so that ten classes come again and again in a "
            "batch, and another image of the same class counts as a wrong pair; the paper's captions are "
            "people's own."
        ),
        "What is unseen at the test is the form of the sentence, not the class.",
        "Words are whole words of the templates; the paper's tokens are pieces of words.",
        "AdamW with a constant rate; the paper warms up and then follows a cosine.",
    ),
    history=(
        Fact("training_flop", 1.05e22, "FLOP", "Epoch AI (epoch.ai/data), notable models: CLIP", "verified"),
        Fact(
            "hours", 288, "h", "Epoch AI (epoch.ai/data), notable models: CLIP (ViT L/14@336px)", "verified"
        ),
        Fact("hardware", "256 NVIDIA V100 GPUs", "", "section 2.5", "recalled"),
    ),
)
