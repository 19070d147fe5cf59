"""What may be asked of the API: every parameter, its type and its bounds. Anything else is an error that names it."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from keepercheky.errors import UsageError
from keepercheky.policy.terms import Amount
from keepercheky.settings.values import BadValue, parse_amount

LONGEST_SECONDS: Final = 100 * 366 * 86_400  # a hundred years, as in the settings
MOST_RUNS: Final = 1_000
MOST_KEYS: Final = 10_000

Text = Annotated[str, Field(min_length=1, max_length=500)]


class Asked(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Nothing(Asked):
    """No parameter at all."""


class PlanAsked(Asked):
    schedule: Text | None = None
    at_free: Text | None = None

    @property
    def amount(self) -> Amount | None:
        if self.at_free is None:
            return None
        try:
            return parse_amount(self.at_free)
        except BadValue as error:
            raise UsageError(f"at_free: {error.problem}", error.remedy) from None


class ExplainAsked(Asked):
    q: Text


class HistoryAsked(Asked):
    limit: int = Field(default=20, ge=1, le=MOST_RUNS)


class KeepAsked(Asked):
    model_config = ConfigDict(strict=True)

    query: Text
    until_seconds: int | None = Field(default=None, ge=1, le=LONGEST_SECONDS)
    reason: str = Field(default="", max_length=500)
    by: str = Field(default="", max_length=100)

    @property
    def until(self) -> timedelta | None:
        return None if self.until_seconds is None else timedelta(seconds=self.until_seconds)


class UnkeepAsked(Asked):
    model_config = ConfigDict(strict=True)

    query: Text


class AcceptAsked(Asked):
    model_config = ConfigDict(strict=True)

    id: Text


class ByAsked(Asked):
    """Who asks, as far as they say."""

    model_config = ConfigDict(strict=True)

    by: str = Field(default="", max_length=100)


class ReviewAsked(Asked):
    schedule: Text


class CleanAsked(Asked):
    model_config = ConfigDict(strict=True)

    schedule: Text


class ApproveAsked(ByAsked):
    schedule: Text
    all: bool = False
    keys: list[Text] = Field(default=[], max_length=MOST_KEYS)

    @property
    def chosen(self) -> list[str] | None:
        """None: all that the plan takes."""
        if self.all is bool(self.keys):
            raise UsageError("Either all is true or keys are named", "It takes schedule, all or keys, by")
        return None if self.all else self.keys


class UndoAsked(ByAsked):
    what: Text
    search: bool = False
