"""What a formula is made of, once it is read: numbers, names, signs, calls and chains of operations."""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Number:
    """A number as it is written."""

    value: float
    at: int


@dataclass(frozen=True)
class Name:
    """The code of a child of the node, or the name of a part. `at`: its place in the formula, from 1."""

    code: str
    at: int


@dataclass(frozen=True)
class Negative:
    """What follows a minus sign."""

    inner: "Expression"
    at: int


@dataclass(frozen=True)
class Call:
    """A function and what it takes."""

    function: str
    arguments: tuple["Expression", ...]
    at: int


@dataclass(frozen=True)
class Step:
    """An operation of a chain: `+`, `-`, `*`, `/` or `^`, and what it takes on the right."""

    operation: str
    right: "Expression"
    at: int


@dataclass(frozen=True)
class Chain:
    """Operations from left to right, so that a long sum is not a deep one."""

    first: "Expression"
    steps: tuple[Step, ...]


Expression = Number | Name | Negative | Call | Chain


def names_in(expression: Expression) -> Iterator[Name]:
    """Yield the names in an expression, in the order they are written."""
    match expression:
        case Name():
            yield expression
        case Negative(inner=inner):
            yield from names_in(inner)
        case Call(arguments=arguments):
            for argument in arguments:
                yield from names_in(argument)
        case Chain(first=first, steps=steps):
            yield from names_in(first)
            for step in steps:
                yield from names_in(step.right)
