"""The catalogue in the words of a language: the same model, its names and texts translated."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from scidip.indicators.model.catalogue import Catalogue, IndicatorSpec
from scidip.indicators.model.declared import BESIDE, SOMEBODY
from scidip.indicators.model.fields import TOTAL, Field, spoken_name
from scidip.indicators.model.framework import Framework
from scidip.indicators.model.methodology import Methodology
from scidip.indicators.model.panel import Panel

Translate = Callable[[str], str]
_TEXTS = ("name", "index_name", "element", "description", "not_measured", "proxy")


def in_words(catalogue: Catalogue, translate: Translate, institution: str = "") -> Catalogue:
    """Return *catalogue* with what people read passed through *translate*; codes, numbers and rules stay.

    What a user declares stays in the user's words; *institution*: what the user is called in that language.

    Its digests differ from those of the original: name a methodology by the original's.
    """
    indicators = {
        code: _own(spec, catalogue, translate, institution)
        if spec.supplied_by
        else spec.model_copy(
            update={
                "name": _name(spec, catalogue.fields, translate),
                **{key: translate(getattr(spec, key)) for key in ("definition", "note", "scored_note")},
            }
        )
        for code, spec in catalogue.indicators.items()
    }
    return replace(
        catalogue,
        indicators=indicators,
        frameworks={
            k: Framework.model_validate(_said(f.model_dump(), translate)) for k, f in catalogue.frameworks.items()
        },
        methodologies={k: _methodology(m, translate) for k, m in catalogue.methodologies.items()},
        fields={
            k: f.model_copy(update={"name": translate(f.name), "short": translate(f.short) if f.short else ""})
            for k, f in catalogue.fields.items()
        },
        topics={
            k: t.model_copy(update={"name": translate(t.name), "proxy": translate(t.proxy)})
            for k, t in catalogue.topics.items()
        },
        panels={k: Panel.model_validate(_said(p.model_dump(), translate)) for k, p in catalogue.panels.items()},
        exceptions={
            k: e.model_copy(update={"argument": translate(e.argument)}) for k, e in catalogue.exceptions.items()
        },
    )


def _name(spec: IndicatorSpec, fields: Mapping[str, Field], translate: Translate) -> str:
    """Return the name of an indicator; of a series of a field, that of the measure and that of the field."""
    if spec.field == TOTAL or not spec.measure:
        return translate(spec.name)
    return spoken_name(spec.name, fields[spec.field], translate)


def _own(spec: IndicatorSpec, catalogue: Catalogue, translate: Translate, institution: str) -> IndicatorSpec:
    """Return what a user declares; of figures beside an indicator of the catalogue, with that one's words."""
    by = institution or (translate(SOMEBODY) if spec.supplied_by == SOMEBODY else spec.supplied_by)
    said = {"supplied_by": by, "note": translate(spec.note)}
    if base := catalogue.indicators.get(spec.beside):
        named = _name(base, catalogue.fields, translate)
        said |= {
            "name": translate(BESIDE).format(indicator=named, institution=by),
            "definition": translate(base.definition),
        }
    return spec.model_copy(update=said)


def _said(document: Any, translate: Translate) -> Any:
    """Return a document of models with every text that people read translated, however deep."""
    if isinstance(document, dict):
        return {
            key: translate(value) if key in _TEXTS and value else _said(value, translate)
            for key, value in document.items()
        }
    if isinstance(document, list | tuple):
        return [_said(part, translate) for part in document]
    return document


def _methodology(method: Methodology, translate: Translate) -> Methodology:
    texts = {
        "name": translate(method.name),
        "description": translate(method.description),
        "reasons": {key: translate(text) for key, text in method.reasons.items()},
    }
    return method.model_copy(update=texts)
