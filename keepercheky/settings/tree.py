"""The shape of the settings: which keys exist where. Found in the model, so that nothing is listed twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from keepercheky.settings.fields import Written
from keepercheky.settings.model import Settings

Path = tuple[str | int, ...]  # of what was written: ("schedules", 0, "movies", "20%")
UNWRITTEN = "levels"  # a step of the model that nobody writes: levels stand right in `movies`
PLACES = {"services": "NAME", "storage": "NAME", "schedules": "ID"}  # what stands for the name of one of many


@dataclass(frozen=True, slots=True)
class Leaf:
    """One key: its path with NAME or ID for what people choose, and its field."""

    path: tuple[str, ...]
    field: FieldInfo


def model_of(annotation: Any) -> type[BaseModel] | None:
    """The settings table that a field's type holds, itself or one of many; None where it holds plain values."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if get_origin(annotation) is None:
        return None
    found = [model_of(argument) for argument in get_args(annotation)]
    return next((model for model in found if model is not None), None)


def written(field: FieldInfo) -> Written | None:
    """How the field's value is read, where it is read as one piece."""
    pieces: list[Any] = [*field.metadata, field.annotation]
    while pieces:
        piece = pieces.pop(0)
        if isinstance(piece, Written):
            return piece
        if get_origin(piece) in (dict, list):
            continue
        pieces.extend([*getattr(piece, "__metadata__", ()), *get_args(piece)])
    return None


def is_table(path: Path) -> bool:
    """Whether keys below that path are settings of their own, from whichever source each comes."""
    if not path:
        return True
    field = Settings.model_fields.get(str(path[0]))
    if field is None or model_of(field.annotation) is None:
        return False
    return len(path) <= (2 if path[0] in PLACES else 1)


def model_at(path: Path) -> type[BaseModel] | None:
    """The table at a path, as far as the model knows one there."""
    model: type[BaseModel] | None = Settings
    many = False
    for step in path:
        if many:
            many = False
            continue
        field = model.model_fields.get(str(step)) if model else None
        if field is None:
            return None
        model = model_of(field.annotation)
        many = get_origin(field.annotation) in (dict, tuple)
    return None if many else model


def field_at(path: Path) -> FieldInfo | None:
    model = model_at(path[:-1]) if path else None
    return model.model_fields.get(str(path[-1])) if model else None


def leaves(model: type[BaseModel] = Settings, above: tuple[str, ...] = ()) -> Iterator[Leaf]:
    """Every key there is, tables opened down to their plain values, age limits as one."""
    for name, field in model.model_fields.items():
        path = (*above, name)
        place = PLACES.get(name) if not above else None
        inner = model_of(field.annotation)
        if inner is not None and is_table(path):
            yield from leaves(inner, (*path, place) if place else path)
        elif name != UNWRITTEN:
            yield Leaf(path, field)
