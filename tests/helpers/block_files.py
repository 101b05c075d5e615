"""Three files of examples of each kind that blocks are read from."""

import numpy as np
import pytest

from loopwise.scale.block import hold

SIZES = (40, 7, 53)


def parts(seed=0, n_x=4):
    rng = np.random.default_rng(seed)
    X = [rng.standard_normal((m, n_x)) * 3 + np.arange(n_x) for m in SIZES]
    y = [rng.integers(3, size=m) for m in SIZES]
    return X, y


def written(folder, kind):
    """Files of a kind, and how they are named on the command line."""
    X, y = parts()
    for k, (rows, labels) in enumerate(zip(X, y)):
        WRITE[kind](folder, k, rows, labels)
    data = {"npy": f"{folder}/x*.npy", "npz": f"{folder}/*.npz", "zarr": str(folder), "parquet": f"{folder}/*.parquet"}
    return data[kind], {"npy": f"{folder}/y*.npy", "parquet": "kind"}.get(kind), X, y


def write_npy(folder, k, rows, labels):
    np.save(folder / f"x{k}.npy", rows)
    np.save(folder / f"y{k}.npy", labels)


def write_npz(folder, k, rows, labels):
    np.savez(folder / f"{k}.npz", X=rows, Y=labels)


def write_zarr(folder, k, rows, labels):
    zarr = pytest.importorskip("zarr")
    group = zarr.open_group(str(folder / f"{k}.zarr"), mode="w")
    group["X"], group["Y"] = rows, labels


def write_parquet(folder, k, rows, labels):
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(rows, columns=list("abcd"))
    frame["kind"] = labels
    frame.to_parquet(folder / f"{k}.parquet", row_group_size=9)


WRITE = {"npy": write_npy, "npz": write_npz, "zarr": write_zarr, "parquet": write_parquet}


def read(blocks):
    held = [hold(piece) for piece in blocks.pieces]
    return np.concatenate([block.X for block in held], axis=1), np.concatenate([block.Y for block in held], axis=1)
