"""How an *arr says no. Each error is raised where it is found and answered in the shape the real ones use.

ArrError
├── MissingError      404 {message, description}: an id it does not have (a GET by id has another shape)
├── ConflictError     409 the same: not now
├── BrokenError       500 the same: what nobody thought of, unknown ids of a bulk call among it
├── BadRequestError   400 {message}
├── InvalidError      400, an array: what its own rules object to
└── NotJsonError      415: a body that does not say it is JSON
"""

from __future__ import annotations

from typing import Any

from keepercheky.demo.ask import Answer, indented, json_answer

TRACE = "   at NzbDrone.Core.Datastore.BasicRepository`1.Get(Int32 id) in ./Core/Datastore/BasicRepository.cs:line 84"


class ArrError(Exception):
    status = 500

    def answer(self) -> Answer:
        return indented({"message": str(self), "description": TRACE}, self.status)


class MissingError(ArrError):
    status = 404


class ConflictError(ArrError):
    status = 409


class BrokenError(ArrError):
    """``rows`` gives the message of a bulk query that found less than it was asked for."""

    @classmethod
    def rows(cls, wanted: int, found: int) -> BrokenError:
        return cls(f"Expected query to return {wanted} rows but returned {found}")


class BadRequestError(ArrError):
    def answer(self) -> Answer:
        return indented({"message": f"BadRequest: {self}"}, 400)


class InvalidError(ArrError):
    """Names of properties keep their capital letter."""

    def __init__(self, *problems: dict[str, Any]) -> None:
        super().__init__(problems[0]["errorMessage"])
        self.problems = problems

    def answer(self) -> Answer:
        return indented(list(self.problems), 400)


class NotJsonError(ArrError):
    def answer(self) -> Answer:
        answer = json_answer({"title": "Unsupported Media Type", "status": 415}, 415)
        answer.kind = "application/problem+json; charset=utf-8"
        return answer


def problem(name: str, message: str, rule: str, value: Any = None) -> dict[str, Any]:
    """One line of an InvalidError."""
    row: dict[str, Any] = {"propertyName": name, "errorMessage": message}
    if value is not None:
        row["attemptedValue"] = value
    said = {"propertyName": name} | ({} if value is None else {"propertyValue": value})
    return row | {
        "severity": "error", "errorCode": rule, "formattedMessageArguments": [],
        "formattedMessagePlaceholderValues": said,
    }  # fmt: skip
