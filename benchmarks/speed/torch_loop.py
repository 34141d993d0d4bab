"""The five nets in plain PyTorch: a model, an optimiser and a loop over shuffled batches."""

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from benchmarks.speed.contenders import Round, fastest
from benchmarks.speed.workloads import Workload


class _Last(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.lstm = nn.LSTM(32, 128, batch_first=True)
        self.out = nn.Linear(128, 10)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.out(self.lstm(x)[1][0][0])


class _Block(nn.Module):
    def __init__(self, before: int, filters: int, stride: int) -> None:
        super().__init__()
        self.c1 = nn.Conv2d(before, filters, 3, stride, 1, bias=False)
        self.n1 = nn.BatchNorm2d(filters)
        self.c2 = nn.Conv2d(filters, filters, 3, 1, 1, bias=False)
        self.n2 = nn.BatchNorm2d(filters)
        self.stride, self.pad = stride, (filters - before) // 2

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = self.n2(self.c2(functional.relu(self.n1(self.c1(x)))))
        if self.stride == 2:
            x = functional.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, self.pad, self.pad))
        return functional.relu(x + y)


class _Encoder(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.embedding = nn.Embedding(1000, 128)
        self.positions = nn.Parameter(torch.rand(128, 128) * 0.1 - 0.05)
        self.layers = nn.ModuleList(
            nn.TransformerEncoderLayer(128, 4, 512, dropout=0.0, batch_first=True) for _ in range(2)
        )
        self.out = nn.Linear(128, 10)

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        x = self.embedding(tokens) + self.positions
        for layer in self.layers:
            x = layer(x)
        return self.out(x.mean(1))


def _build(name: str) -> nn.Module:
    if name == "mlp":
        return nn.Sequential(nn.Linear(784, 300), nn.Tanh(), nn.Linear(300, 10))
    if name == "lenet5":
        features = [
            nn.Conv2d(1, 6, 5, padding=2),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(6, 16, 5),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Flatten(),
        ]
        return nn.Sequential(
            *features, nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10)
        )
    if name == "lstm":
        return _Last()
    if name == "transformer":
        return _Encoder()
    shapes = [(16, 16, 1)] * 3 + [(16, 32, 2)] + [(32, 32, 1)] * 2 + [(32, 64, 2)] + [(64, 64, 1)] * 2
    blocks = [_Block(*shape) for shape in shapes]
    stem = [nn.Conv2d(3, 16, 3, 1, 1, bias=False), nn.BatchNorm2d(16), nn.ReLU()]
    return nn.Sequential(*stem, *blocks, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10))


def has_tf32() -> bool:
    """Whether the device can round to TF32: by the compute capability, 8.0 or later."""
    return torch.cuda.is_available() and torch.cuda.get_device_capability() >= (8, 0)


def set_precision(precision: str) -> None:
    """That of products and convolutions: PyTorch itself would round only the latter to TF32."""
    torch.set_float32_matmul_precision("high" if precision == "tf32" else "highest")
    torch.backends.cudnn.allow_tf32 = precision == "tf32"


def _training(
    workload: Workload, compiled: str = "", channels_last: bool = False, fused: bool = False
) -> Round:
    """A loop over shuffled batches, on the GPU where there is one; `compiled` is a mode of torch.compile."""
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    torch.manual_seed(0)
    layout = torch.channels_last if channels_last else torch.contiguous_format
    model = _build(workload.name).to(device, memory_format=layout)
    optimizer = torch.optim.SGD(model.parameters(), workload.learning_rate, momentum=0.9, fused=fused or None)
    arrays = workload.data()
    x = np.ascontiguousarray(np.moveaxis(arrays["x"], -1, 1)) if len(workload.shape) == 3 else arrays["x"]
    inputs, targets = torch.from_numpy(x).to(device), torch.from_numpy(arrays["y"]).long().to(device)
    if channels_last:
        inputs = inputs.to(memory_format=torch.channels_last)

    def loss_of(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        return functional.cross_entropy(model(x), y)

    compute = torch.compile(loss_of, mode=compiled) if compiled else loss_of

    def train() -> None:
        model.train()
        for indices in torch.randperm(workload.examples, device=device).split(workload.batch_size):
            optimizer.zero_grad(set_to_none=True)
            loss = compute(inputs[indices], targets[indices])
            loss.backward()
            optimizer.step()
        loss.item()

    return train


def torch_plain(workload: Workload) -> Round:
    """Eager PyTorch; images channels first, as PyTorch has them."""
    return _training(workload)


def torch_best(workload: Workload) -> Round:
    """The fastest of PyTorch eager and compiled, with its own layout of images and channels last.

    The optimiser is one kernel; on a GPU a compiled step is dispatched as one CUDA graph, too.
    """
    modes = ["", "default", *(["reduce-overhead"] if torch.cuda.is_available() else [])]
    layouts = (False, True) if len(workload.shape) == 3 else (False,)
    return fastest([_training(workload, mode, layout, fused=True) for mode in modes for layout in layouts])
