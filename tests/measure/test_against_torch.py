"""A peer's opinion: every step against torch, which knows nothing of our backward passes.

`peer_forward` and `peer_cost` say once, in torch's own functions, what the lecture's cost is; autograd differentiates
it. Every implementation must come to the same cost and gradient, and after 50 steps of every optimizer to where
torch's optimizer comes. All in float64.

How far apart may they be? *One step*: torch is held to the rounding contract, like any implementation that adds in its
own order; the bound is computed from the data (`rounding_bounds`). torch's ways differ (1/m comes first, batch
normalization is `z·scale + shift`, softmax the exponential of its own logarithm): some roundings more, where the bound
has room for the worst of all of them at once; a sixth of it is the most that was seen in use. *50 steps*: a bound
carried so far says nothing, so the run itself is asked, see `allowance`. No bound may be looser than `TIGHT`.
"""

import copy
import functools
import itertools
import os

import numpy as np
import pytest
from helpers.networks import HIDDEN

from loopwise import Architecture, Neuron, get_implementation, network_forward, network_step, train, workloads
from loopwise.contract import rounding_bounds
from loopwise.contract.agreement import agreement, bounds
from loopwise.errors import DisagreementError
from loopwise.implementations import Implementation
from loopwise.interface import EPSILON, STATISTICS_MOMENTUM
from loopwise.learning.batches import DROP
from loopwise.learning.network import masks, training_step

if os.environ.get("CI_REQUIRES_PEERS"):
    import torch
else:
    torch = pytest.importorskip("torch", reason="the peers extra is not installed: pip install -e '.[peers]'")
F = torch.nn.functional

TIGHT = 1e-8  # the loosest that a bound may be, as a share of the largest number that it bounds
BALLS = Implementation("balls", rounding_bounds, None, "rounding", rounding_bounds.Balls("float64"))
SEED = 5


# === the cost, as torch has it ========================================================================

ACTIVATE = {"sigmoid": torch.sigmoid, "tanh": torch.tanh, "relu": torch.relu, "identity": lambda Z: Z}
ACTIVATE |= {"leaky_relu": lambda Z: F.leaky_relu(Z, 0.01), "softmax": lambda Z: torch.softmax(Z, dim=0)}


def peer_parts(architecture, theta):
    """W[l], b[l] and gamma[l], cut from a flat tensor in the order that the architecture tells."""
    pieces = torch.split(theta, [rows * columns for _, _, (rows, columns) in architecture.parts()])
    return {(symbol, l): piece.reshape(shape) for (symbol, l, shape), piece in zip(architecture.parts(), pieces)}


def peer_forward(architecture, theta, X, D, running=None):
    """Z[L], A[L] and each normalized layer's mean and variance (over m, not m − 1); for prediction, give `running`."""
    parts, A, seen = peer_parts(architecture, theta), torch.tensor(X), []
    for l in range(1, architecture.L + 1):
        Z = parts["W", l] @ A
        if architecture.normalizes(l):
            mean, variance = running[len(seen) : len(seen) + 2] if running else (None, None)
            seen += [Z.mean(dim=1), Z.var(dim=1, correction=0)]
            gamma, beta = parts["gamma", l].ravel(), parts["b", l].ravel()
            Z = F.batch_norm(Z.T, mean, variance, gamma, beta, training=running is None, eps=EPSILON).T
        else:
            Z = Z + parts["b", l]
        A = ACTIVATE[architecture.g(l)](Z)
        if l in D:
            A = A * torch.tensor(D[l]) / architecture.keep_prob
    return Z, A, seen


def peer_cost(architecture, theta, X, Y, D):
    """The loss, summed over units and examples, and the penalty l2/2 ΣΣ W²: no bias, no gamma."""
    Z, A, _ = peer_forward(architecture, theta, X, D)
    Y = torch.tensor(Y)
    if architecture.loss == "squared":
        loss = F.mse_loss(A, Y, reduction="sum") / 2
    elif architecture.loss == "absolute":
        loss = F.l1_loss(A, Y, reduction="sum")
    elif architecture.activations[-1] == "sigmoid":
        loss = F.binary_cross_entropy_with_logits(Z, Y, reduction="sum")
    else:
        loss = F.cross_entropy(Z.T, Y.T, reduction="sum")
    weights = [part for (symbol, _), part in peer_parts(architecture, theta).items() if symbol == "W"]
    return loss, architecture.l2 / 2 * sum((W * W).sum() for W in weights)


# === one step, and the statistics of batch normalization ==============================================

ENDS = [("cross_entropy", "sigmoid"), ("cross_entropy", "softmax"), ("absolute", "identity"), ("absolute", "tanh")]
ENDS += [("squared", "identity"), ("squared", "sigmoid"), ("squared", "softmax")]
EVERYTHING = {"l2": 0.3, "keep_prob": 0.7, "batch_norm": True}
OPTIONS = {"plain": {}, **{option: {option: value} for option, value in EVERYTHING.items()}, "everything": EVERYTHING}
NORMALIZED = Architecture((4, 5, 6, 3), ("tanh", "relu", "softmax"), batch_norm=True)


def hold(ours, peers, bound, what):
    """Hold three dicts against each other: ours and the peer's numbers, and the balls that bound the difference."""
    for name, peer in peers.items():
        assert 2 * np.max(bound[name].rad) <= TIGHT * np.max(np.abs(peer)), f"{what}: {name} could be anything"
    agreement(ours, peers, "rounding", bound).require(what, "torch")


def example(architecture, m=9):
    """theta, X and Y, drawn; no bias is 0, so that no z is, where relu's slope is a matter of taste."""
    rng, n_y = np.random.default_rng(SEED), architecture.n[-1]
    theta = 0.7 * rng.standard_normal(architecture.parameter_count)
    X, Y = rng.standard_normal((architecture.n[0], m)), rng.standard_normal((n_y, m))
    if architecture.activations[-1] == "softmax":
        Y = np.eye(n_y)[:, rng.integers(n_y, size=m)]
    elif architecture.loss == "cross_entropy":
        Y = np.where(Y > 0, 1.0, 0.0)
    return theta, X, Y


def our_step(impl, architecture):
    theta, X, Y = example(architecture)
    return dict(zip(("J", "gradient"), network_step(impl, architecture, theta, *map(impl.asnative, (X, Y)), SEED)))


@functools.cache
def peer_step(architecture):
    """J and its gradient from torch's autograd, and their balls."""
    theta, X, Y = example(architecture)
    m, tensor = X.shape[1], torch.tensor(theta, requires_grad=True)
    loss, penalty = peer_cost(architecture, tensor, X, Y, masks(architecture, m, theta.dtype, SEED))
    J = loss / m + penalty
    J.backward()
    return {"J": J.item(), "gradient": tensor.grad.numpy()}, our_step(BALLS, architecture)


def hold_step(impl, architecture):
    hold(our_step(impl, architecture), *peer_step(architecture), f"{impl.name}, {architecture}")


@pytest.mark.parametrize("option", OPTIONS)
@pytest.mark.parametrize(("loss", "output"), ENDS)
def test_network_step(implementation, loss, output, option):
    for hidden, L in itertools.product(HIDDEN, range(1, 5)):
        activations = (hidden,) * (L - 1) + (output,)
        hold_step(implementation, Architecture((*(4, 5, 6, 4)[:L], 3), activations, loss, **OPTIONS[option]))


@pytest.mark.parametrize("name", ["logistic_step", "adaline_step"])
def test_neuron_step(implementation, name):
    work = workloads.operation(name, features=6, examples=40, seed=SEED)
    w, b, X, Y = (torch.tensor(value, dtype=torch.float64) for value in work.inputs.values())
    z = w.requires_grad_().T @ X + b.requires_grad_()
    J = F.binary_cross_entropy_with_logits(z, Y) if name == "logistic_step" else F.mse_loss(z, Y, reduction="sum") / 2
    J.backward()
    peers = {"J": J.item(), "dw": w.grad.numpy(), "db": b.grad.item()}
    hold(work.outputs(implementation), peers, bounds(work), implementation.name)


def test_running_statistics(implementation):
    """Step by step 0.9 of what was known and 0.1 of this batch; of the first batch, all.

    Not torch's own running variance, which has m/(m − 1) in it and begins at 1: its mean and variance of each batch
    go through the formula here, and the balls through the same one.
    """
    theta, X, Y = example(NORMALIZED)
    path, native = [theta], map(implementation.asnative, (X, Y))
    state = train(implementation, NORMALIZED, theta, *native, on_step=lambda s: path.append(s.theta), alpha=1, epochs=6)
    old, new = (
        rounding_bounds.exact(np.float64(share), 2.0**-53) for share in (STATISTICS_MOMENTUM, 1 - STATISTICS_MOMENTUM)
    )
    running = bound = None
    for theta in path[:-1]:
        batch = np.concatenate(peer_forward(NORMALIZED, torch.tensor(theta), X, {})[-1])
        _, _, ball = training_step(BALLS, NORMALIZED, theta, BALLS.asnative(X), BALLS.asnative(Y))
        running = batch if running is None else STATISTICS_MOMENTUM * running + (1 - STATISTICS_MOMENTUM) * batch
        bound = ball if bound is None else old * bound + new * ball
    hold({"all": state.statistics}, {"all": running}, {"all": bound}, implementation.name)


def test_prediction_with_running_statistics(implementation):
    theta, X, _ = example(NORMALIZED, m=2)  # too few examples for statistics of their own
    statistics = np.random.default_rng(SEED).uniform(0.5, 2, 22)
    _, peers, _ = peer_forward(NORMALIZED, torch.tensor(theta), X, {}, torch.tensor(statistics).split([5, 5, 6, 6]))
    ours = network_forward(implementation, NORMALIZED, theta, implementation.asnative(X), statistics)
    ball = network_forward(BALLS, NORMALIZED, theta, BALLS.asnative(X), statistics)
    hold({"A": implementation.asnumpy(ours)}, {"A": peers.numpy()}, {"A": ball}, implementation.name)


# === 50 steps of training =============================================================================

STEPS, M = 50, 20
HYPER = {"alpha": 0.02, "beta_1": 0.8, "beta_2": 0.95, "epsilon": 1e-4, "decay": 0.01}  # no default of torch's
ALPHA, BETA_1, BETA_2, OPTIMIZER_EPSILON, DECAY = HYPER.values()
PEER_OPTIMIZERS = {
    "descent": (torch.optim.SGD, {"lr": ALPHA}),
    # torch's buffer sums what our velocity averages, u := beta u + gradient, so that v = (1 − beta) u, from the first
    # step on. (Its `dampening` looks like 1 − beta, but leaves the first gradient whole.)
    "momentum": (torch.optim.SGD, {"lr": ALPHA * (1 - BETA_1), "momentum": BETA_1}),
    "rmsprop": (torch.optim.RMSprop, {"lr": ALPHA, "alpha": BETA_2, "eps": OPTIMIZER_EPSILON}),
    "adam": (torch.optim.Adam, {"lr": ALPHA, "betas": (BETA_1, BETA_2), "eps": OPTIMIZER_EPSILON}),
}
DEEP = Architecture((4, 6, 5, 3), ("tanh", "sigmoid", "softmax"), **EVERYTHING)
MODELS = {  # what is trained, and which network that is
    "l2": 2 * (Architecture((4, 5, 3), ("tanh", "softmax"), l2=0.1),),
    "everything": 2 * (DEEP,),
    "logistic": (Neuron("logistic", 4, l2=0.1), Architecture((4, 1), ("sigmoid",), l2=0.1)),
    "adaline": (Neuron("adaline", 4, l2=0.1), Architecture((4, 1), ("identity",), "squared", l2=0.1)),
}


def training(impl, name, optimizer, nudge=0.0):
    """Where training ends, and the costs on the way, in one vector; `nudge` moves every parameter at the start."""
    model, network = MODELS[name]
    theta, X, Y = example(network, M)
    theta = theta * (1 + nudge * np.random.default_rng(SEED).choice([-1, 1], theta.shape))
    X, Y = map(impl.asnative, (X, Y))
    state = train(impl, model, theta, X, Y, optimizer=optimizer, epochs=STEPS, seed=SEED, **HYPER)
    return np.append(state.theta, state.costs)


@functools.cache
def peer_training(name, optimizer):
    """The same from torch's optimizer. Its weight decay, of the weights only, stands for our penalty's gradient."""
    _, network = MODELS[name]
    theta, X, Y = example(network, M)
    parts = {part: piece.clone().requires_grad_() for part, piece in peer_parts(network, torch.tensor(theta)).items()}
    kind, settings = PEER_OPTIMIZERS[optimizer]
    groups = [{"params": [p], "weight_decay": network.l2 * (symbol == "W")} for (symbol, _), p in parts.items()]
    peer, costs = kind(groups, **settings), []
    schedule = torch.optim.lr_scheduler.LambdaLR(peer, lambda epoch: 1 / (1 + DECAY * epoch))
    for epoch in range(STEPS):
        peer.zero_grad()
        flat = torch.cat([part.ravel() for part in parts.values()])
        loss, penalty = peer_cost(network, flat, X, Y, masks(network, M, theta.dtype, [SEED, DROP, epoch, 0]))
        J = loss if name == "adaline" else loss / M
        costs.append((J + penalty).item())
        J.backward()
        peer.step()
        schedule.step()
    return np.concatenate([*(part.detach().numpy().ravel() for part in parts.values()), costs])


@functools.cache
def allowance(name, optimizer):
    """How far apart two such runs may end by rounding: 1000 times what a nudge of 2⁻⁵⁰ at the start makes of itself.

    The nudge goes through the same 50 steps, and shows how they enlarge what is off. Rounding nudges theta anew in
    each of them: sums of up to 20 terms (γ₂₀ is 20 · 2⁻⁵³, 2½ nudges) in up to 6 products one after the other, forward
    and backward, make 15, and the functions fewer than 5 more. 50 · 20 = 1000.
    """
    impl, nudge = get_implementation("numpy_vectorized"), 2.0**-50
    start = np.max(np.abs(example(MODELS[name][1], M)[0])) * nudge
    end = np.max(np.abs(training(impl, name, optimizer, nudge) - training(impl, name, optimizer)))
    return 1000 * max(start, end)


def hold_training(impl, name, optimizer):
    peers = peer_training(name, optimizer)
    ball = rounding_bounds.Ball(peers, np.full_like(peers, allowance(name, optimizer) / 2), 2.0**-53)
    hold({"trained": training(impl, name, optimizer)}, {"trained": peers}, {"trained": ball}, f"{impl.name}, {name}")


@pytest.mark.parametrize("optimizer", PEER_OPTIMIZERS)
@pytest.mark.parametrize("name", MODELS)
def test_training(implementation, name, optimizer):
    hold_training(implementation, name, optimizer)


# === these tests can fail =============================================================================


def sample_variance(Z, gamma, beta, epsilon):
    mean, variance = Z.mean(axis=1, keepdims=True), Z.var(axis=1, ddof=1, keepdims=True)
    Z_hat = (Z - mean) / np.sqrt(variance + epsilon)
    return gamma * Z_hat + beta, Z_hat, mean, variance


def only_forward(dropout):
    """The first half of the calls is forward's: one for each of DEEP's two hidden layers."""
    calls = itertools.count()
    return lambda A, D, keep_prob: dropout(A, D, keep_prob) if next(calls) < 2 else A


FAULTS = {  # kind: an operation, and a faulty one made of the right one
    "a column off by 1e-6": ("layer_gradient", lambda right: lambda dZ, A: right(dZ, A * [[1 + 1e-6], [1], [1], [1]])),
    "no l2 in the gradient": ("l2_gradient", lambda right: lambda dW, W, l2: dW),
    "no l2 in the cost": ("l2_cost", lambda right: lambda W, l2: 0.0),
    "no mask in backward": ("dropout", only_forward),
    "variance over m - 1": ("batch_norm_forward", lambda right: sample_variance),
    "velocity is a sum": ("momentum", lambda right: lambda t, g, v, a, b: right(t, g / (1 - b), v, a, b)),
    "no epsilon": ("rmsprop", lambda right: lambda *given: right(*given[:-1], 0.0)),
    "Adam as if long begun": ("adam", lambda right: lambda *given: right(*given[:4], 1e9, *given[5:])),
}


@pytest.mark.parametrize("kind", FAULTS)
def test_planted_fault_is_found(kind):
    operation, fault = FAULTS[kind]
    right = get_implementation("numpy_vectorized")
    twin = copy.copy(right)
    setattr(twin, operation, fault(getattr(right, operation)))
    is_update = operation in PEER_OPTIMIZERS
    held = (lambda impl: hold_training(impl, "l2", operation)) if is_update else (lambda impl: hold_step(impl, DEEP))
    held(right)
    with pytest.raises(DisagreementError, match="breaks its rounding contract with torch"):
        held(twin)
