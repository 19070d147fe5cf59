"""Every error a person may meet, in one tree. Each says what to do next.

KeeperChekyError              a message, and a remedy
├── UsageError                the command line makes no sense                        exit 2
├── NoMatch                   nothing is meant by what was asked for                 exit 1
├── SettingsError             one or more mistakes in the settings, all at once      exit 2
├── StateError                our own state file cannot be used                      exit 1
├── LockedError               another process owns the state                         exit 1
└── ServiceError              a service did not give a believable answer
    ├── Unreachable           refused, no such host, connection lost
    ├── TimedOut              no complete answer within the time limit
    ├── Unauthorized          the key is wrong or lacks rights
    ├── WrongProduct          something answers, but it is not that service
    ├── NotFound              404 where the thing should exist
    ├── ServerFault           5xx or 429 after the retries
    ├── InvalidAnswer         HTML, cut-off or half-listed JSON, an impossible empty
    ├── Declined              it was asked to change something, and would not: for a reason it tells
    └── MaybeDone             it was asked to change something, and nobody knows whether it did
"""

from __future__ import annotations

from dataclasses import dataclass


class KeeperChekyError(Exception):
    """Something a person can mend: `message` says what is wrong, `remedy` what to do."""

    exit_code = 1

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message}. {self.remedy}" if self.remedy else self.message


class UsageError(KeeperChekyError):
    exit_code = 2


class NoMatch(KeeperChekyError):
    pass


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing wrong in the settings: the key as written (`schedules.old_media.cron`), what is wrong, what to do."""

    key: str
    problem: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.key}: {self.problem}. {self.remedy}"


class SettingsError(KeeperChekyError):
    """All mistakes of a settings file at once."""

    exit_code = 2

    def __init__(self, mistakes: tuple[Mistake, ...], source: str = "") -> None:
        count = len(mistakes)
        where = f" in {source}" if source else ""
        super().__init__(
            f"{count} mistake{'' if count == 1 else 's'}{where}:\n"
            + "\n".join(f"  {mistake}" for mistake in mistakes)
        )
        self.mistakes = mistakes
        self.source = source


class StateError(KeeperChekyError):
    pass


class LockedError(KeeperChekyError):
    pass


class ServiceError(KeeperChekyError):
    """A service did not give a believable answer. `outcome` is the metric's label of the same meaning."""

    outcome = "invalid"

    def __init__(self, service: str, message: str, remedy: str = "") -> None:
        super().__init__(message, remedy)
        self.service = service

    def __str__(self) -> str:
        return f"{self.service}: {super().__str__()}"


class Unreachable(ServiceError):
    outcome = "server_error"


class TimedOut(ServiceError):
    outcome = "timeout"


class Unauthorized(ServiceError):
    outcome = "unauthorized"


class WrongProduct(ServiceError):
    outcome = "invalid"


class NotFound(ServiceError):
    outcome = "client_error"


class ServerFault(ServiceError):
    outcome = "server_error"


class InvalidAnswer(ServiceError):
    outcome = "invalid"


class Declined(ServiceError):
    outcome = "client_error"


class MaybeDone(ServiceError):
    """Sent, and nobody knows whether it was done: look there, never send it again blindly."""

    outcome = "server_error"

    def __init__(self, service: str, message: str, remedy: str = "", *, timed_out: bool = False) -> None:
        super().__init__(service, message, remedy)
        if timed_out:
            self.outcome = "timeout"
