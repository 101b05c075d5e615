"""Every tuned number of numba_tuned, once, with its unit in its name; its matrix product has its own, in `product.py`.

Each says what it decides. `python benchmarks/goals/thresholds.py` measures half and double of each, in turns with the
value that stands; `benchmarks/goals/memory.py` what is kept.
"""

# === shares of the work ===============================================================================

# What threads share is cut into chunks by its size alone, so that no number of threads changes a bit: into 16 or, where
# each still has as much as below, up to 64. A thread needs some µs to wake, and a chunk should take longer.
CHUNKS = 16
MOST_CHUNKS = 64
ELEMENTWISE_CHUNK_NUMBERS = 2**13
NEURON_CHUNK_NUMBERS = 2**15  # of X
NARROW_CHUNK_FLOPS = 2**19
OVERRUN_NUMBERS = 16  # that a last vector may write past the end: room behind z, the lanes of the widest registers

# === whole arrays =====================================================================================

# Below these, waking other threads costs more than they save.
ELEMENTWISE_THREADS_PAY_FROM_NUMBERS = 20_000
UPDATE_THREADS_PAY_FROM_NUMBERS = 2**16  # of parameters, or of a batch that is normalized
UPDATE_CHUNK_NUMBERS = 2**14  # that a thread takes at a time

# === batches ==========================================================================================

FETCHED_VECTORS = 16  # of an example that memory is asked for: of a longer one the processor guesses the rest
AHEAD_EXAMPLES = 4  # that are still to be learned from when it is asked: one at a time

# === a neuron's step ==================================================================================

NEURON_THREADS_PAY_FROM_NUMBERS = 40_000  # of X
# What both products of a block of examples read: it must still be in the caches when the second one needs it.
NEURON_BLOCK_BYTES = 2**20
NEURON_BLOCK_LINES = 64  # cache lines of each feature: 4 KiB, and as much of z
NEURON_COLUMNS_BLOCK_BYTES = 2**17  # of column-major X: there a larger block does not lengthen contiguous reads
TALL_ROW_NUMBERS = 64  # each chunk's row of z begins at a multiple of so many: no two share a cache line
TALL_UP_TO_BYTES = 2**25  # of X that the last cache has room for, about: it is read twice

# === a network's step =================================================================================

FLOPS_PER_PARAMETER = 6  # for each example: a multiply-add forward, one for dA and one for dW
DEPTH_TERMS = 256  # of a sum that are taken at once: what a panel has of them stays in the nearest cache
NARROW_UP_TO_PARAMETERS = 2048  # a narrow network has room for a gradient for each chunk
# Below these, starting threads costs more than it saves; a wide network's threads meet twice in every batch.
NARROW_THREADS_PAY_FROM_FLOPS = 500_000
WIDE_THREADS_PAY_FROM_FLOPS = 2_000_000
TRAINING_THREADS_PAY_FROM_FLOPS = 12_000_000  # in epochs, where one thread has nothing of Python between its steps
NARROW_LEAST_CHUNKS = 4  # where threads share few panels: blocks are smaller, so that no thread has twice another's
NARROW_BLOCK_PANELS = 8  # panels that go through the layers together
WIDE_BLOCK_PANELS = 8  # panels of a wide network that do so: its weights are read once for so many
GRADIENT_PANELS = 4  # panels of columns of a gradient that one pass over dZ serves
WIDE_BATCH_NUMBERS = 2**20  # numbers of A[1] … A[L] that a wide network keeps at a time
WIDE_BATCH_LEAST_PANELS = 4
PREPARED_STEPS = 16  # kinds of step that are kept prepared
# The stride prefetcher pulls in lines that another thread writes (false sharing). Padding between the threads' parts of
# the workspace prevents it: two threads took 37 µs without, 27 µs with 64 kB of it (30-16-1).
GAP_PANELS = 4
GAP_NUMBERS = 1024  # of the scratch
