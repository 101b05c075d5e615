"""The steps in PyTorch, on its CPU backend: eager, and through `torch.compile`.

Backward is written by hand, from PyTorch's own fused kernels: the tape of autograd takes as long as the step itself on
small work (30 × 569) and never made one faster. Data keeps the lecture's orientation, one example per column:
`torch.addmm(b, W, A)` was as fast as `F.linear` on rows in float32 and a sixth faster in float64.
"""

from itertools import pairwise

import numpy as np
import torch
from torch.nn import functional as F

from ...errors import one_line
from ...learning.models import Neuron
from ...learning.parameters import views
from . import Contender, NoRowError, architecture_of, batches_of, order_of, pick, refuse_decay, refuse_sums

aten = torch.ops.aten
LEAK = 0.01

# g, and dZ from dA and A = g(Z): what autograd itself calls.
ACTIVATIONS = {
    "identity": (lambda Z: Z, lambda dA, A: dA),
    "sigmoid": (torch.sigmoid, aten.sigmoid_backward),
    "tanh": (torch.tanh, aten.tanh_backward),
    "relu": (torch.relu, lambda dA, A: aten.threshold_backward(dA, A, 0)),
    "leaky_relu": (lambda Z: F.leaky_relu(Z, LEAK), lambda dA, A: aten.leaky_relu_backward(dA, A, LEAK, True)),
    "softmax": (lambda Z: torch.softmax(Z, 0), lambda dA, A: aten._softmax_backward_data(dA, A, 0, A.dtype)),
}


def contender(name, work, threads):
    """`peers.contender` for the rows "torch" and "torch.compile"."""
    torch.set_num_threads(threads)
    if name != "torch" and work.name == "training":
        raise NoRowError("has no row for training: its loop is Python's")
    arguments, step, named, allowance = pick(name, STEPS, work)(work)
    if name == "torch":
        return Contender(name, lambda: lambda: step(*arguments), named, allowance=allowance)
    return Contender(name, lambda: compiled(step, arguments), named, compiles=True, allowance=allowance)


def compiled(step, arguments):
    """The step through `torch.compile`, called once: it compiles in its first call, if there is a C++ compiler."""
    fused = torch.compile(step, fullgraph=True, dynamic=False)
    try:
        # Each workload is compiled for its own shapes; PyTorch would give up after eight of them.
        with torch._dynamo.config.patch(recompile_limit=1000):
            fused(*arguments)
    except Exception as error:  # whatever is missing here says so in its own way
        raise NoRowError(f"does not compile here: {one_line(error)}") from None
    return lambda: fused(*arguments)


def tensor(array):
    """A copy in C order."""
    return torch.from_numpy(np.array(array, order="C"))


# === logistic regression ==============================================================================


def logistic(work):
    """`logistic_step`: w and y are vectors, b is a number in a tensor."""
    X, y, w = (tensor(work.inputs[name]) for name in ("X", "Y", "w"))
    arguments = w[:, 0], torch.tensor(work.inputs["b"], dtype=X.dtype), X, y[0]

    def step(w, b, X, y):
        z = torch.addmv(b, X.T, w)
        J = F.binary_cross_entropy_with_logits(z, y)
        dz = (torch.sigmoid(z) - y) / len(y)
        return J, X @ dz, dz.sum()

    def named(results):
        J, dw, db = results
        return {"J": J.item(), "dw": dw.numpy()[:, None], "db": db.item()}

    w, b, X, y = arguments
    return arguments, step, named, {"J": cancelled(torch.addmv(b, X.T, w), len(y))}


def cancelled(Z, m):
    """What `binary_cross_entropy_with_logits` may lose: (1−y)z − logσ(z) rounds twice at the size of z.

    For y = 0 and a very negative z it is the difference of two numbers near z, where the slide's form has none.
    """
    return 2 * torch.finfo(Z.dtype).eps * Z.abs().sum(dtype=torch.float64).item() / m


# === networks =========================================================================================


def network(work):
    """`network_step`: W[l] (n[l], n[l-1]), b[l] (n[l], 1) and X (n[0], m), as in the lecture."""
    architecture = architecture_of(work, ACTIVATIONS)
    W, b, _ = views(work.inputs["theta"], architecture)
    parameters = [tensor(part) for l in W for part in (W[l], b[l])]
    X, Y = tensor(work.inputs["X"]), tensor(work.inputs["Y"])
    output, activations, L = OUTPUTS.get(architecture.loss), architecture.activations, architecture.L
    if architecture.loss == "cross_entropy":
        output = softmax_output if activations[-1] == "softmax" else sigmoid_output

    def step(parameters, X, Y):
        W, b, A = parameters[::2], parameters[1::2], [X]
        for l in range(L):
            Z = torch.addmm(b[l], W[l], A[l])
            A.append(ACTIVATIONS[activations[l]][0](Z) if l < L - 1 else Z)
        J, dZ = output(A[L], Y, activations[-1])
        gradients = []
        for l in reversed(range(L)):
            gradients = [dZ @ A[l].T, dZ.sum(1, keepdim=True), *gradients]
            if l > 0:
                dZ = ACTIVATIONS[activations[l - 1]][1](W[l].T @ dZ, A[l])
        return J, gradients

    def named(results):
        J, gradients = results
        return {"J": J.item(), "gradient": torch.cat([part.ravel() for part in gradients]).numpy()}

    allowance = {}
    if output is sigmoid_output:
        allowance["J"] = cancelled(forward(parameters, X, activations), X.shape[1])
    return (parameters, X, Y), step, named, allowance


def forward(parameters, X, activations):
    """Z[L]."""
    A = X
    for l, activation in enumerate(activations):
        Z = torch.addmm(parameters[2 * l + 1], parameters[2 * l], A)
        A = ACTIVATIONS[activation][0](Z)
    return Z


# J, and the output's dZ with 1/m in it, from Z[L].


def sigmoid_output(Z, Y, _):
    m = Y.shape[1]
    J = F.binary_cross_entropy_with_logits(Z, Y, reduction="sum") / m
    return J, (torch.sigmoid(Z) - Y) / m


def softmax_output(Z, Y, _):
    m, log_A = Y.shape[1], torch.log_softmax(Z, 0)
    return -(Y * log_A).sum() / m, (log_A.exp() - Y) / m


def squared_output(Z, Y, activation):
    m, (g, backward) = Y.shape[1], ACTIVATIONS[activation]
    A = g(Z)
    return F.mse_loss(A, Y, reduction="sum") / (2 * m), backward((A - Y) / m, A)


def absolute_output(Z, Y, activation):
    m, (g, backward) = Y.shape[1], ACTIVATIONS[activation]
    A = g(Z)
    return F.l1_loss(A, Y, reduction="sum") / m, backward(torch.sign(A - Y) / m, A)


OUTPUTS = {"squared": squared_output, "absolute": absolute_output}


# === one product ======================================================================================


def matmul(work):
    """`matmul`: C = A B."""
    arguments = tensor(work.inputs["A"]), tensor(work.inputs["B"])
    return arguments, torch.matmul, lambda C: {"C": C.numpy()}, {}


# === training =========================================================================================


def training(work):
    """The loop that everybody writes: a batch, `zero_grad`, forward, `backward`, the optimizer's step.

    Examples are rows, as `nn.Linear` takes them.
    """
    refuse_decay(work)
    refuse_sums(work)
    hyper, layers, loss = work.hyper, layers_of(work), loss_of(work)
    X, Y = (torch.from_numpy(np.ascontiguousarray(work.inputs[name].T)) for name in ("X", "Y"))
    order, size = torch.from_numpy(order_of(work)), batches_of(work).size
    start = [part.detach().clone() for part in layers.parameters()]

    def train(X, Y):
        with torch.no_grad():
            for part, value in zip(layers.parameters(), start):
                part.copy_(value)
        optimizer = OPTIMIZERS[hyper.optimizer](layers.parameters(), hyper)
        for examples in order:
            for batch in examples.split(size):
                optimizer.zero_grad()
                loss(layers(X[batch]), Y[batch]).backward()
                optimizer.step()
        return list(layers.parameters())

    return (X, Y), train, lambda parts: {"theta": torch.cat([part.detach().ravel() for part in parts]).numpy()}, {}


def layers_of(work):
    """The network as a `Sequential`, without the output's activation; a neuron is a network of one layer."""
    n, dtype = work.model.n, getattr(torch, work.dtype)
    activations = () if isinstance(work.model, Neuron) else work.model.architecture.activations[:-1]
    layers = []
    for l, (inputs, units) in enumerate(pairwise(n)):
        layers.append(torch.nn.Linear(inputs, units, dtype=dtype))
        if l < len(activations):
            if activations[l] not in MODULES:
                raise NoRowError(f"has no row for the activation {activations[l]}")
            layers.append(MODULES[activations[l]]())
    network = torch.nn.Sequential(*layers)
    sizes = [part.numel() for part in network.parameters()]
    with torch.no_grad():
        for part, values in zip(network.parameters(), torch.tensor(work.inputs["theta"]).split(sizes)):
            part.copy_(values.reshape(part.shape))
    return network


def loss_of(work):
    """The cost, from Z[L]: rows are examples."""
    loss, output = work.model.loss, work.model.activation
    if loss == "cross_entropy" and output == "softmax":
        return F.cross_entropy
    if loss == "cross_entropy":
        return F.binary_cross_entropy_with_logits if work.model.n[-1] == 1 else summed_entropy
    if (loss, output) == ("squared", "identity"):
        return lambda Z, Y: F.mse_loss(Z, Y, reduction="sum") / (2 * len(Y))
    raise NoRowError(f"has no row for the loss {loss} after {output}")


def summed_entropy(Z, Y):
    """Of several sigmoid outputs."""
    return F.binary_cross_entropy_with_logits(Z, Y, reduction="sum") / len(Y)


MODULES = {"identity": torch.nn.Identity, "sigmoid": torch.nn.Sigmoid, "tanh": torch.nn.Tanh, "relu": torch.nn.ReLU}
# torch's momentum sums what ours averages; its optimizers do several parameters at once (`foreach`) on a GPU only.
OPTIMIZERS = {
    "descent": lambda parameters, hyper: torch.optim.SGD(parameters, hyper.alpha),
    "momentum": lambda parameters, hyper: torch.optim.SGD(
        parameters, hyper.alpha * (1 - hyper.beta_1), momentum=hyper.beta_1
    ),
    "rmsprop": lambda parameters, hyper: torch.optim.RMSprop(
        parameters, hyper.alpha, alpha=hyper.beta_2, eps=hyper.epsilon
    ),
    "adam": lambda parameters, hyper: torch.optim.Adam(
        parameters, hyper.alpha, betas=(hyper.beta_1, hyper.beta_2), eps=hyper.epsilon
    ),
}
STEPS = {"logistic_step": logistic, "network_step": network, "matmul": matmul, "training": training}
