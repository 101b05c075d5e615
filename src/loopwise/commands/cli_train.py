"""The commands that learn, and look at a network before: train, gradcheck, shapes."""

from typing import Annotated

import typer

from .options import (
    L2,
    Activation,
    BatchNorm,
    Initialization,
    Json,
    KeepProb,
    Loss,
    Plot,
    Threads,
    allow_threads,
    app,
    check_size,
    whole_numbers,
)


@app.command(
    epilog="Example: loopwise train network --data digits --layers 32,10 --optimizer adam --epochs 30 --batch-size 64 "
    "--plot digits.png"
)
def train(
    model: Annotated[
        str | None, typer.Argument(help="logistic, network, perceptron or adaline.", show_default="logistic")
    ] = None,
    data: Annotated[
        str | None,
        typer.Option(
            help="breast_cancer, digits, flower, synthetic, cats, houses, xor, parity, or a folder of images with a "
            "sub-folder for each class.",
            show_default="what suits the model",
        ),
    ] = None,
    layers: Annotated[
        str | None, typer.Option(help="Hidden layers and the output: 20,7,5,1.", show_default="32 and the output")
    ] = None,
    activation: Activation = None,
    loss: Loss = None,
    initialization: Initialization = None,
    optimizer: Annotated[
        str | None, typer.Option(help="descent, momentum, rmsprop or adam.", show_default="descent")
    ] = None,
    alpha: Annotated[float | None, typer.Option(help="Learning rate.", show_default="by model and optimizer")] = None,
    decay: Annotated[
        float | None, typer.Option(help="Epoch e = 0, 1, … learns with alpha/(1 + decay e).", show_default="0")
    ] = None,
    epochs: Annotated[int | None, typer.Option(help="Passes over all examples.", show_default="200")] = None,
    batch_size: Annotated[
        int | None, typer.Option(help="Examples a step; 1: stochastic.", show_default="all; perceptron: 1")
    ] = None,
    beta_1: Annotated[float | None, typer.Option(help="Of momentum and adam.", show_default="0.9")] = None,
    beta_2: Annotated[float | None, typer.Option(help="Of rmsprop and adam.", show_default="0.999")] = None,
    l2: L2 = None,
    keep_prob: KeepProb = None,
    batch_norm: BatchNorm = None,
    examples: Annotated[int | None, typer.Option(help="m of drawn data.")] = None,
    features: Annotated[int | None, typer.Option(help="n_x of synthetic data, bits of parity.")] = None,
    test_fraction: Annotated[
        float | None, typer.Option(help="Share held out for the test.", show_default="0.2; 0 where all is needed")
    ] = None,
    validation_fraction: Annotated[
        float | None, typer.Option(help="Share of the rest that only watches.", show_default="0")
    ] = None,
    patience: Annotated[
        int | None, typer.Option(help="Stop when the validation cost has not improved for so many epochs.")
    ] = None,
    seed: Annotated[
        int | None, typer.Option(help="Of everything drawn: data, split, parameters, order.", show_default="0")
    ] = None,
    implementation: Annotated[str | None, typer.Option(help="Who computes.", show_default="numpy_vectorized")] = None,
    threads: Threads = None,
    save: Annotated[
        str | None, typer.Option(metavar="FILE", help="Keep a file current while training, to resume from.")
    ] = None,
    resume: Annotated[
        str | None, typer.Option(metavar="FILE", help="Go on with a saved run, and keep its file current.")
    ] = None,
    json: Json = None,
    plot: Plot = None,
):
    """Train a model on a data set and say what it has learned.

    A run that is stopped or killed goes on with --resume FILE, and ends with the same bits as one that never stopped.
    """
    allow_threads(threads)
    check_size("examples", examples)
    check_size("features", features)
    from . import train

    code = train.run(
        resume=resume,
        save=save,
        threads_asked=threads,
        plot=plot,
        json=json,
        model=model,
        data=data,
        layers=whole_numbers(layers, "layers") if layers else None,
        activation=activation,
        loss=loss,
        initialization=initialization,
        optimizer=optimizer,
        alpha=alpha,
        decay=decay,
        epochs=epochs,
        batch_size=batch_size,
        beta_1=beta_1,
        beta_2=beta_2,
        l2=l2,
        keep_prob=keep_prob,
        batch_norm=batch_norm,
        examples=examples,
        features=features,
        test_fraction=test_fraction,
        validation_fraction=validation_fraction,
        patience=patience,
        seed=seed,
        implementation=implementation,
    )
    raise typer.Exit(code)


InputAndLayers = Annotated[str, typer.Option(help="The input, the hidden layers and the output: 5,4,3.")]


@app.command(epilog="Example: loopwise gradcheck --layers 5,4,3 --activation tanh --batch-norm")
def gradcheck(
    layers: InputAndLayers = "5,4,3",
    activation: Activation = None,
    loss: Loss = None,
    initialization: Initialization = None,
    l2: L2 = None,
    keep_prob: KeepProb = None,
    batch_norm: BatchNorm = None,
    examples: Annotated[int, typer.Option(help="m of the random data.")] = 20,
    seed: Annotated[int, typer.Option(help="Of data, parameters and masks.")] = 0,
    implementation: Annotated[str, typer.Option(help="Whose gradient.")] = "numpy_vectorized",
    json: Json = None,
):
    """Hold a network's gradient against the slope of its cost, parameter by parameter.

    Exit code 1 when the gradient is wrong.
    """
    allow_threads()
    check_size("examples", examples)
    from . import gradcheck

    code = gradcheck.gradcheck(
        whole_numbers(layers, "layers"),
        examples=examples,
        seed=seed,
        implementation=implementation,
        json=json,
        activation=activation,
        loss=loss,
        initialization=initialization,
        l2=l2,
        keep_prob=keep_prob,
        batch_norm=batch_norm,
    )
    raise typer.Exit(code)


@app.command(epilog="Example: loopwise shapes --layers 3,4,1 --examples 100")
def shapes(
    layers: InputAndLayers = "3,4,1",
    examples: Annotated[int | None, typer.Option(help="Put a number for m.")] = None,
    batch_norm: BatchNorm = None,
    json: Json = None,
):
    """The dimensions of every W, b, Z and A of a network, and how many parameters it has."""
    allow_threads()
    check_size("examples", examples)
    from . import gradcheck

    raise typer.Exit(gradcheck.shapes(whole_numbers(layers, "layers"), examples, bool(batch_norm), json))
