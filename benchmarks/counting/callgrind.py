"""Which instructions callgrind counts, as the process that it runs requests it: valgrind's client requests.

A client request is a sequence of instructions that does nothing on a processor and that valgrind recognizes. The
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
def client_request(_, number):
    """Its instructions; the result is 0 without valgrind."""

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
    """Have callgrind do something."""
    return client_request(number)


def count(step, times):
    """Have the instructions of each of so many calls written, a file for each."""
    request(START)
    for _ in range(times):
        request(ZERO)
        step()
        request(DUMP)
    request(STOP)
