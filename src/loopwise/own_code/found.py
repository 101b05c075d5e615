"""A function that was recognised: called with an operation's inputs, in its own way, its results by name."""

from dataclasses import dataclass, field, replace

import numpy as np

from ..implementations import get_implementation
from ..interface import NAMES, OPERATIONS
from . import codes, parameters, results
from .dicts import DICT_OF, DICTS, Keyed, Watched, join, layout, split
from .evidence import Evidence
from .forms import AMBIGUOUS, Form
from .results import plain
from .ways import LECTURE, Way
from .words import strings_of

NEAR = 1e-6  # relative: only to see which way a function goes; whether it is right is for the contract to say
# What an operation has no symbols for, but what is given to a function nevertheless.
DIMS = {
    "A_prev": ("n[l-1]", "m"),
    "W": ("n[l]", "n[l-1]"),
    "b": ("n[l]", 1),
    **dict.fromkeys(("Z", "A", "dA", "dZ"), ("n[l]", "m")),
}
# Roles that stand for one of the operation's inputs.
STANDS_FOR = {"AL": "A"}


@dataclass
class Found:
    """A user's function, and what it was recognised as.

    Attributes
    ----------
    name : str
        The user's own.
    function : callable
    form : Form
    roles : list of (str, str)
        Each parameter that is given, and its role.
    partners : list of Found
        What may make its cache.
    way : Way
        How it goes about it; found out by `settle`.
    exact_name : bool
        Whether it has the operation's own name.
    """

    name: str
    function: object
    form: Form
    roles: list
    partners: list = field(default_factory=list)
    way: Way = LECTURE
    exact_name: bool = False
    code: type | None = None
    others: list = field(default_factory=list)  # what else it may be, by its name and parameters
    beside: Evidence | None = None  # what else its file has
    settled: bool | None = None
    settling: bool = False
    dicts: dict = field(default_factory=dict)  # the parameters that it was given last, by role
    parameter_count: int = 0
    layers: dict = field(default_factory=dict)  # by how many arrays there are: whether it takes so many layers

    def __post_init__(self):
        self.code_places = [(k, role) for k, (_, role) in enumerate(self.roles) if role in NAMES]
        if self.code is None:
            speaks = any(name in strings_of(self.function) for names in NAMES.values() for name in names)
            self.code = int if hasattr(self.function, "py_func") else codes.Text if speaks else codes.Number

    @property
    def operation(self):
        return self.form.operation

    @property
    def is_homonym(self):
        """Whether it only has a name of ours: one of many things, right in no way, and no network beside it."""
        has_name = plain(self.name) in AMBIGUOUS and not self.exact_name
        return has_name and not self.settle() and not (self.beside and self.beside.backward_passes())

    @property
    def returns(self):
        """The interface's names of what it returns."""
        return tuple(self.plain_name(name) for name in self.form.results)

    @property
    def taken(self):
        """The roles that it is given."""
        return {role for _, role in self.roles}

    @property
    def chooses(self):
        """Whether it is told which activation and loss."""
        return bool(self.taken & set(NAMES))

    @property
    def takes_dicts(self):
        """Whether parameters come to it in a dict."""
        return "parameters" in self.form.roles

    @property
    def convention(self):
        """What is transposed or summed, in words."""
        return self.way.said()

    @property
    def is_direct(self):
        """Whether it is called just as the interface calls it."""
        as_is = [role for _, role in self.roles] == list(OPERATIONS[self.operation].parameters)
        return self.exact_name and as_is and self.way == LECTURE

    def direct(self, arguments):
        """What it returns for the interface's arguments, with nothing in between."""
        if not self.chooses:
            return self.function(*arguments)
        coded = list(arguments)
        for k, kind in self.code_places:
            coded[k] = codes.code(kind, coded[k], self.code)
        return self.function(*coded)

    def suits(self, given):
        """Whether it offers the activation and the loss that are asked for."""
        asked = [given[kind] for kind in NAMES if kind in given]
        if self.chooses or not asked:
            return True
        own = self.way.setting or self.form.settings[0]
        return given.get("activation", own[0]) == own[0] and given.get("loss", own[1]) == own[1]

    def settings(self):
        """The activations and losses that it is tried on."""
        return (self.way.setting,) if self.way.setting and not self.chooses else self.form.settings

    def works(self, setting, seed=0):
        """A piece of work of each size; of parameters in a dict, of as many layers as it takes."""
        works = self.form.works(setting, seed)
        return [work for work in works if self.takes_layers(work)] or works if self.takes_dicts else works

    def takes_layers(self, work):
        """Whether it has no fixed number of layers that is another one; see `Watched`."""
        parts = split(work.inputs["theta"])
        if len(parts) not in self.layers:
            watched, last = Watched(parts), len(parts) // 2
            values = self.values(work.inputs) | {"parameters": watched}
            try:
                returned = self.apply(values)
            except KeyError as error:
                self.layers[len(parts)] = not watched.is_above(error.args[0], last)
            except Exception:
                self.layers[len(parts)] = True
            else:
                first = returned[0] if isinstance(returned, tuple) else returned
                kept = not isinstance(first, dict) or f"W{last}" in dict.keys(first)
                self.layers[len(parts)] = kept and (watched.counted or f"W{last}" in watched.asked)
        return self.layers[len(parts)]

    def maker(self, setting):
        """What makes its work of any size."""
        return lambda size: self.form.work(size, *setting)

    def pieces(self, name, flat):
        """The parts of a vector of parameters by the user's names: (label, slice, shape); nothing for other results."""
        if not self.takes_dicts or name not in DICT_OF:
            return []
        prefix, start, found = DICT_OF[name], 0, []
        for key, shape in layout(len(flat)).items():
            found.append((prefix.format(key), slice(start, start + shape[0] * shape[1]), shape))
            start += shape[0] * shape[1]
        return found

    def others_like(self, work, settings):
        """The same numbers with other activations and losses, and with one that there is not."""
        yield from (work.inputs | dict(zip(NAMES, setting)) for setting in settings)
        yield work.inputs | dict.fromkeys(self.taken & set(NAMES))

    def looks_at_settings(self):
        """Whether it may look at what is asked for: it is given that."""
        return True

    def refuses_unknown(self, work):
        """Whether it raises for a name that there is not: then it offers what it does not raise for."""
        try:
            return self.call(work.inputs | dict.fromkeys(self.taken & set(NAMES))) is None
        except KeyboardInterrupt:
            raise
        except BaseException:
            return True

    def setting_name(self, setting):
        """`relu`, or `squared after relu` where it takes both."""
        activation, loss = setting
        return f"{loss} after {activation}" if {"activation", "loss"} <= self.taken else activation

    def not_offered_names(self, missing, offered):
        """What is not offered, in few words: an activation or a loss that is never offered is named alone."""
        if not {"activation", "loss"} <= self.taken:
            return tuple(map(self.setting_name, missing))
        activations, losses = ({setting[k] for setting in offered} for k in (0, 1))
        names = [one for one in dict.fromkeys(one for one, _ in missing) if one not in activations]
        names += [loss for loss in dict.fromkeys(loss for _, loss in missing) if loss not in losses]
        pairs = [one for one in missing if one[0] in activations and one[1] in losses]
        return (*names, *map(self.setting_name, pairs))

    # === calling =====================================================================================

    def call(self, given):
        """What it returns for an operation's inputs, by the interface's names and in the interface's form.

        Parameters
        ----------
        given : dict of str to array, float or str

        Raises
        ------
        ResultError
            It returned something else than it should, in a sentence.
        """
        return self.read(self.raw(given), given)

    def raw(self, given):
        """What it returns, as it returns it."""
        if self.way.examples:
            columns = [np.asarray(self.function(column.copy()), np.float64) for column in given["Z"].T]
            return np.stack(columns, axis=1)
        if self.way.numbers:
            if self.function(float(given["Z"][0, 0])) is None:
                return None
            return np.vectorize(self.function, otypes=[np.float64])(given["Z"])
        return self.with_codes(given, self.values(given))

    def with_codes(self, given, values):
        """Call it; activations and losses come in the form that it looks them up in."""
        kinds = self.taken & set(NAMES)
        try:
            return self.apply(values | {kind: codes.code(kind, given[kind], self.code) for kind in kinds})
        except (KeyError, AttributeError, TypeError) as error:
            if not kinds or self.code is int:
                raise
            other = codes.Text if self.code is codes.Number else codes.Number
            try:
                found = self.apply(values | {kind: codes.code(kind, given[kind], other) for kind in kinds})
            except (KeyError, AttributeError, TypeError):
                raise error from None
            self.code = other
            return found

    def apply(self, values):
        """Call it with values by role."""
        positional, keywords = parameters.arguments(self.function, self.roles, values)
        return self.function(*positional, **keywords)

    def values(self, given):
        """What it is given for each of its roles, but for activations and losses."""
        return {role: self.value(role, given) for role in self.taken - set(NAMES)}

    def value(self, role, given):
        """What it is given for one role, in its way."""
        role = dict(self.way.instead).get(role, role)
        name = STANDS_FOR.get(role, role)
        if role in DICTS and self.takes_dicts:
            source, prefix = DICTS[role]
            self.parameter_count = len(given[source])
            parts = {prefix + key: part.copy() for key, part in split(given[source]).items()}
            self.dicts[role] = Keyed(parts) if prefix else parts
            return self.dicts[role]
        if role in self.form.fixed:
            return self.form.fixed[role]
        if role == "cache":
            return self.cache(given)
        if name == "A" and "A" not in given:
            return self.as_taken("A", get_implementation("numpy_vectorized").activate(given["Z"], given["activation"]))
        if name == "t":
            return int(given["t"])
        return self.as_taken(name, given[name])

    def as_taken(self, name, value):
        """An input as it takes it."""
        return self.way.theirs(name, value, self.dims(name, value)) if isinstance(value, np.ndarray) else value

    def dims(self, name, value):
        """The symbols of what is given or returned; of one output, 1."""
        op = OPERATIONS[self.operation]
        dims = op.returns.get(name) if name in op.returns and name not in op.shapes else op.shapes.get(name)
        dims = DIMS.get(name, ()) if dims is None else dims
        return (1, "m") if dims == ("n_y", "m") and np.shape(value)[:1] == (1,) else dims

    def cache(self, given):
        """What its forward pass has kept: of the function beside it, else what the course keeps."""
        for partner in self.partners:
            kept = replace(partner, way=replace(self.way, instead=(), order=(), sums=False)).raw(given)
            if isinstance(kept, (tuple, list)) and len(kept) > 1:
                return kept[-1]
        return self.usual_cache(given)

    def usual_cache(self, given):
        """The course's: Z of an activation, (A_prev, W, b) of a layer, both of the two together."""
        if self.operation == "activation_backward":
            return self.as_taken("Z", given["Z"])
        linear = tuple(self.as_taken(name, given[name]) for name in ("A_prev", "W", "b"))
        if "activation" not in given:
            return linear
        Z = given["W"] @ given["A_prev"] + given["b"]
        return linear, self.as_taken("Z", Z)

    # === what came back ==============================================================================

    def read(self, returned, given):
        """Results by the interface's names."""
        order = self.way.order or self.form.results
        if returned is None and self.takes_dicts:  # it has changed what it was given
            returned = tuple(self.dicts[name] for name in order)
        found = results.by_name(returned, order, self.form.spare, opened=not self.takes_dicts)
        m = examples_of(given)
        return {self.plain_name(name): self.read_one(name, found[name], m) for name in self.form.results}

    def plain_name(self, name):
        """The interface's name of a result."""
        return DICTS[name][0] if name in DICTS and self.takes_dicts else name

    def read_one(self, name, value, m):
        """One result; what is no number stays as it is, and is diagnosed as that."""
        if name in DICTS and self.takes_dicts:
            return join(value, name, DICTS[name][1], self.parameter_count)
        try:
            array = np.asarray(value, dtype=np.float64)
        except (TypeError, ValueError):
            return value
        return self.way.ours(name, array, self.dims(name, array), m)

    # === finding out its way =========================================================================

    def settle(self):
        """Find out what it is and in which way it is right, if in any; returns whether it is right in one.

        Where it is right in none, the way is the one in which its results have the right shapes.
        """
        if self.settled is None:
            self.settling = True
            self.settled = self.settle_way() or any(map(self.turns_out_as, self.others))
            self.settling = False
        return self.settled

    def goes_right(self):
        """Whether it is right in some way; what its way is, others may ask while it is found out."""
        return bool(self.settled) if self.settling else self.settle()

    def turns_out_as(self, other):
        """Become another form, if it is right as that."""
        if not other.settle_way():
            return False
        self.form, self.roles, self.way, self.partners = other.form, other.roles, other.way, other.partners
        return True

    def settle_way(self):
        """`settle`, for the one form that it has."""
        tried = []
        for way in self.candidates():
            if way.numbers and tried[0][0]:  # it takes arrays
                continue
            for setting in (way.setting,) if way.setting else self.form.settings:
                self.way = way
                ran, fits, right = self.score(self.works(setting)[0])
                is_right = right == len(self.returns)
                if is_right and self.is_borne_out():
                    return True
                if not is_right:
                    tried.append((ran, fits, right * self.may_be_blamed(way), way))
        tried = [one for one in tried if self.may_be_blamed(one[-1])] or tried
        self.way = max(tried, key=lambda one: one[:-1])[-1] if tried else self.form.ways[0]
        return False

    def candidates(self):
        """Each way, with each setting that it may have without being told."""
        for way in self.form.ways:
            if way.instead and not self.may_take(*way.instead[0]):
                continue
            if len(self.form.settings) > 1 and not self.chooses:
                yield from (replace(way, setting=setting) for setting in self.form.settings)
            else:
                yield way

    def may_take(self, usual, other):
        """Whether it may take one thing in place of another: not A where it calls it z, nor a cache of its own kind."""
        if usual == "cache":
            return not any(partner.keeps_cache for partner in self.partners)
        return plain(next(name for name, role in self.roles if role == usual)) != plain(usual)

    @property
    def keeps_cache(self):
        """Whether it returns a cache beside its result."""
        work = self.works(self.settings()[0])[0]
        try:
            return isinstance(self.raw(work.inputs), (tuple, list))
        except Exception:
            return False

    def is_borne_out(self):
        """Whether the rest of the file has nothing against its way: taken alone, more than one may look right."""
        return self.beside is None or self.beside.bears_out(self)

    def may_be_blamed(self, way):
        """Whether what is wrong may be said in this way: a missing 1/m is no sum where the cost has it."""
        return not way.signs and not (way.sums and "J" in self.form.results)

    def score(self, work):
        """Whether it runs; how many results have the right shape; how many are near what is expected."""
        with np.errstate(all="ignore"):
            try:
                found = self.call(work.inputs)
            except KeyboardInterrupt:
                raise
            except BaseException:  # its verdict comes later
                return False, 0, 0
            expected = work.outputs(get_implementation("numpy_vectorized"))
            return True, *closeness(found, expected, self.returns)


def closeness(found, expected, names):
    """How many results have the right shape, and how many are near what is expected."""
    fits = [name for name in names if np.shape(found[name]) == np.shape(expected[name])]
    return len(fits), sum(near(found[name], expected[name]) for name in fits)


def near(one, other):
    """Equal, but for rounding."""
    try:
        one, other = np.asarray(one, np.float64), np.asarray(other, np.float64)
    except (TypeError, ValueError):
        return False
    return bool(np.abs(one - other).max() <= NEAR * max(np.abs(other).max(), np.finfo(np.float64).tiny))


def examples_of(given):
    """m, of what an operation is given."""
    for name in ("X", "A_prev", "Z", "A", "dZ"):
        if name in given:
            return given[name].shape[1]
    return 1
