"""Read a formula: numbers, names, + - * / ^, parentheses and calls, into an expression. Nothing is ever evaluated here.

    sum     = product (("+" | "-") product)*
    product = signed (("*" | "/") signed)*
    signed  = ("-" | "+") signed | power
    power   = atom ("^" signed)?
    atom    = number | name | function "(" sum ("," sum)* ")" | "(" sum ")"

A name is a code; one with other letters than letters, digits, _ and . stands between backticks, as in R.
"""

import math
import re
from dataclasses import dataclass

from scidip.indicators.formulas.expressions import Call, Chain, Expression, Name, Negative, Number, Step
from scidip.indicators.formulas.functions import FUNCTIONS
from scidip.indicators.wording import did_you_mean

LONGEST = 2000
"""Letters of a formula at most."""
DEEPEST = 40
"""Levels of parentheses, calls, signs and powers within each other at most."""
TOKEN = re.compile(
    r"\s*(?:(?P<number>(?:[0-9]+(?:_[0-9]+)*\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?(?![\w.]))"
    r"|(?P<name>[^\W\d][\w.]*)|`(?P<quoted>[^`]+)`|(?P<sign>[-+*/^(),]))"
)


@dataclass(frozen=True)
class Fault:
    """What is wrong with a formula, and where in it: the place of the letter, from 1."""

    at: int
    sentence: str


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    at: int


class _Stop(Exception):
    """The formula cannot be read further."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault


def read(text: str) -> tuple[Expression | None, list[Fault]]:
    """Return the expression that *text* writes, and all faults; None where it cannot be read to its end."""
    if len(text) > LONGEST:
        return None, [Fault(1, f"has {len(text):,} letters, and {LONGEST:,} is the most; move some into `parts`")]
    try:
        reader = _Reader(_tokens(text))
        found = reader.whole()
    except _Stop as stop:
        return None, [stop.fault]
    return found, reader.faults


def _tokens(text: str) -> list[_Token]:
    found, at = [], 0
    while text[at:].strip():
        match = TOKEN.match(text, at)
        if match is None:
            start = at + len(text[at:]) - len(text[at:].lstrip())
            piece = re.split(r"[\s()]", text[start:])[0][:20] or text[start]
            raise _Stop(Fault(start + 1, f"{piece!r} is not a number, a name or one of + - * / ^ ( ) ,"))
        kind = str(match.lastgroup)
        found.append(_Token("name" if kind == "quoted" else kind, match[kind], match.start(kind) + 1))
        if kind == "quoted":
            found[-1] = _Token("quoted", match[kind], match.start(kind))
        at = match.end()
    return [*found, _Token("end", "", len(text) + 1)]


class _Reader:
    """Reads from the left, one token ahead."""

    def __init__(self, tokens: list[_Token]) -> None:
        self.faults: list[Fault] = []
        self._tokens, self._place, self._depth = tokens, 0, 0

    @property
    def _next(self) -> _Token:
        return self._tokens[self._place]

    def _take(self) -> _Token:
        token = self._next
        self._place += 1
        return token

    def _is(self, signs: str) -> bool:
        return self._next.kind == "sign" and self._next.text in signs

    def whole(self) -> Expression:
        found = self._sum()
        if self._next.kind != "end":
            raise _Stop(self._misplaced())
        return found

    def _misplaced(self) -> Fault:
        token = self._next
        if token.kind == "end":
            return Fault(token.at, "the formula ends too early; something is missing")
        before = self._tokens[self._place - 1] if self._place else token
        if token.text == "*" and before.text == "*":
            return Fault(token.at, "'**' is not known; write ^ for a power")
        return Fault(token.at, f"{token.text!r} cannot stand here; an operation or a parenthesis is missing before it")

    def _deeper(self, at: int) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise _Stop(Fault(at, f"more than {DEEPEST} levels within each other; move some into `parts`"))

    def _sum(self) -> Expression:
        first, steps = self._product(), []
        while self._is("+-"):
            sign = self._take()
            steps.append(Step(sign.text, self._product(), sign.at))
        return Chain(first, tuple(steps)) if steps else first

    def _product(self) -> Expression:
        first, steps = self._signed(), []
        while self._is("*/"):
            sign = self._take()
            steps.append(Step(sign.text, self._signed(), sign.at))
        return Chain(first, tuple(steps)) if steps else first

    def _signed(self) -> Expression:
        if not self._is("+-"):
            return self._power()
        sign = self._take()
        self._deeper(sign.at)
        inner = self._signed()
        self._depth -= 1
        return Negative(inner, sign.at) if sign.text == "-" else inner

    def _power(self) -> Expression:
        base = self._atom()
        if not self._is("^"):
            return base
        sign = self._take()
        self._deeper(sign.at)
        exponent = self._signed()
        self._depth -= 1
        return Chain(base, (Step("^", exponent, sign.at),))

    def _atom(self) -> Expression:
        token = self._next
        if token.kind == "number":
            return self._number(self._take())
        if token.kind == "quoted":
            self._take()
            return Name(token.text, token.at)
        if token.kind == "name":
            self._take()
            return self._call(token) if self._is("(") else Name(token.text, token.at)
        if self._is("("):
            self._take()
            self._deeper(token.at)
            inner = self._sum()
            self._close(token)
            return inner
        raise _Stop(self._misplaced())

    def _number(self, token: _Token) -> Number:
        value = float(token.text)
        if not math.isfinite(value):
            self.faults.append(Fault(token.at, f"{token.text[:20]} is too large a number"))
        return Number(value, token.at)

    def _call(self, name: _Token) -> Call:
        opened = self._take()
        self._deeper(opened.at)
        arguments = [] if self._is(")") else [self._sum()]
        while self._is(","):
            self._take()
            arguments.append(self._sum())
        self._close(opened)
        known = FUNCTIONS.get(name.text)
        if known is None:
            why = f"{name.text} is not a function{did_you_mean(name.text, FUNCTIONS)}"
            self.faults.append(Fault(name.at, why))
        elif not known.takes(len(arguments)):
            self.faults.append(Fault(name.at, f"{name.text} takes {known.wants}, and is given {len(arguments)}"))
        return Call(name.text, tuple(arguments), name.at)

    def _close(self, opened: _Token) -> None:
        if not self._is(")"):
            if self._next.kind == "end":
                raise _Stop(Fault(opened.at, "this parenthesis is not closed"))
            raise _Stop(self._misplaced())
        self._take()
        self._depth -= 1
