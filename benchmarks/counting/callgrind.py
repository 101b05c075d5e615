"""Which instructions callgrind counts, asked for by the process that it runs: valgrind's client requests.

A request is a sequence of instructions that does nothing on a processor and that valgrind takes for a question. The
numbers are those of valgrind.h and callgrind.h.
"""

import llvmlite.binding
from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic

BASE = ord("C") << 24 | ord("T") << 16
DUMP, ZERO, START, STOP = BASE, BASE + 1, BASE + 4, BASE + 5
NOTHING = "rolq $$3, %rdi; rolq $$13, %rdi; rolq $$61, %rdi; rolq $$51, %rdi; xchgq %rbx, %rbx"
WORDS = 6  # of a request: its number and five arguments

llvmlite.binding.initialize_native_asmparser()


@intrinsic
def asked(_, number):
    """The instructions that ask; 0 where nobody answers."""

    def code(__, builder, ___, arguments):
        word = ir.IntType(64)
        words = builder.alloca(ir.ArrayType(word, WORDS))
        for k, value in enumerate([arguments[0], *[word(0)] * (WORDS - 1)]):
            builder.store(value, builder.gep(words, [word(0), word(k)]))
        constraints = "={rdx},{rax},{rdx},~{cc},~{memory}"
        sequence = ir.InlineAsm(ir.FunctionType(word, [word, word]), NOTHING, constraints, side_effect=True)
        return builder.call(sequence, [builder.ptrtoint(words, word), word(0)])

    return types.int64(types.int64), code


@njit("int64(int64)")
def request(number):
    """Ask callgrind to do something."""
    return asked(number)


def count(step, times):
    """Have the instructions of each of so many calls written, a file for each."""
    request(START)
    for _ in range(times):
        request(ZERO)
        step()
        request(DUMP)
    request(STOP)
