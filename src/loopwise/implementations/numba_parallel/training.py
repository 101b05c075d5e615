"""Training: where a step is too small for several threads, the slide's loops, which give the same bits."""

from ..numba_loops import training

LOOPS_UP_TO_PRODUCTS = 150_000  # of a parameter and an example: below, starting threads in every operation takes longer


def train_epochs(learned, X, Y, order, masks, model, descent):
    """For each epoch, for each batch: forward, backward, update; None where steps had better be called one by one."""
    if descent.batch_size * len(learned.theta) > LOOPS_UP_TO_PRODUCTS:
        return None
    return training.train_epochs(learned, X, Y, order, masks, model, descent)
