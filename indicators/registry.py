"""Named functions with typed parameters, and the finding of plugins in a package."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from types import ModuleType
from typing import Any, Generic, ParamSpec, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError, create_model

P = ParamSpec("P")
R = TypeVar("R")
F = TypeVar("F", bound=Callable[..., Any])


class Registry(Generic[F]):
    """Functions found by name; their keyword-only arguments are the parameters a TOML file may set."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self._functions: dict[str, F] = {}
        self._parameters: dict[str, type[BaseModel]] = {}

    def register(self, function: F) -> F:
        """Enter *function* under its own name. A name used twice is a programming error."""
        name = function.__name__
        if name in self._functions:
            raise ValueError(f"{self.kind} {name!r} is registered twice")
        self._functions[name] = function
        self._parameters[name] = _parameter_model(function)
        return function

    def __getitem__(self, name: str) -> F:
        return self._functions[name]

    def __contains__(self, name: object) -> bool:
        return name in self._functions

    def __iter__(self) -> Iterator[str]:
        return iter(self._functions)

    def __len__(self) -> int:
        return len(self._functions)

    def parameters(self, name: str) -> list[str]:
        """Return the names of the parameters that the function *name* takes."""
        return list(self._parameters[name].model_fields)

    def complete(self, name: str, params: Mapping[str, Any]) -> dict[str, Any]:
        """Return *params* as the function *name* reads them, those not given as it has them by default."""
        return self._parameters[name].model_validate(dict(params)).model_dump()

    def faults(self, name: str, params: Mapping[str, Any]) -> list[str]:
        """Return a sentence for each thing wrong with calling *name* with *params*."""
        if name not in self._functions:
            return [f"{self.kind} method {name!r} is not known; known are {', '.join(sorted(self))}"]
        try:
            self._parameters[name].model_validate(dict(params))
        except ValidationError as error:
            return [
                f"{self.kind} method {name!r}, parameter {'.'.join(map(str, e['loc']))}: {e['msg']}"
                for e in error.errors()
            ]
        return []

    def call(self, name: str, *args: Any, params: Mapping[str, Any] | None = None) -> Any:
        """Call the function *name* with parameters checked and coerced by its signature."""
        checked = self._parameters[name].model_validate(dict(params or {}))
        return self._functions[name](*args, **{k: getattr(checked, k) for k in type(checked).model_fields})


def _parameter_model(function: Callable[..., Any]) -> type[BaseModel]:
    hints = inspect.get_annotations(function, eval_str=True)
    fields: dict[str, Any] = {
        p.name: (hints.get(p.name, Any), ... if p.default is p.empty else p.default)
        for p in inspect.signature(function).parameters.values()
        if p.kind is p.KEYWORD_ONLY
    }
    return create_model(f"{function.__name__}_parameters", __config__=ConfigDict(extra="forbid", frozen=True), **fields)


def discover(package: ModuleType, attribute: str) -> dict[str, Any]:
    """Import every module of *package* in name order and return its *attribute* by module name.

    Raises AttributeError when a module lacks it: a broken plugin must break the start.
    """
    return {name: getattr(m, attribute) for name, m in plugins(package, attribute).items()}


def plugins(package: ModuleType, attribute: str, entry: str = "") -> dict[str, ModuleType]:
    """Import every module of *package* that is a plugin, in name order; of a folder in it, the module *entry*.

    Raises AttributeError when one has no *attribute*.
    """
    found: dict[str, ModuleType] = {}
    for info in sorted(pkgutil.iter_modules(package.__path__), key=lambda i: i.name):
        inside = f".{entry}" if entry and info.ispkg else ""
        module = importlib.import_module(f"{package.__name__}.{info.name}{inside}")
        if not hasattr(module, attribute):
            raise AttributeError(f"{module.__name__} has no {attribute}; every module there needs one")
        found[info.name] = module
    return found
