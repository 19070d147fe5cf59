"""Free space of a place, and patience with disks that do not answer."""

import os
import threading

import anyio
import pytest

from keepercheky.media import Unknown
from keepercheky.storage import Space, patience, read_space
from keepercheky.storage.patience import patiently


class Hung:
    """A disk that does not answer until it is let go."""

    def __init__(self):
        self.asked = 0
        self.let_go = threading.Event()

    def __call__(self):
        self.asked += 1
        self.let_go.wait(timeout=30)
        return "answer"


@pytest.fixture
def hung():
    disk = Hung()
    yield disk
    disk.let_go.set()


async def until_nobody_waits():
    while patience._waiting_for:  # noqa: ASYNC110 - threads set no events
        await anyio.sleep(0.001)


async def test_free_space_is_that_of_a_user_without_privileges(tmp_path):
    space = await read_space(str(tmp_path))

    disk = os.statvfs(tmp_path)
    assert isinstance(space, Space)
    assert space.total_bytes == disk.f_blocks * disk.f_frsize
    assert abs(space.free_bytes - disk.f_bavail * disk.f_frsize) < 10**9
    assert space.device == tmp_path.stat().st_dev


async def test_two_places_on_one_disk_have_one_device(tmp_path):
    (tmp_path / "movies").mkdir()

    here, there = await read_space(str(tmp_path)), await read_space(str(tmp_path / "movies"))

    assert here.device == there.device


@pytest.mark.parametrize(
    ("path", "why"), [("/nowhere/at/all", "missing"), ("/proc/version/x", "missing"), ("a\0b", "unreadable")]
)
async def test_a_place_that_cannot_be_read_says_why(path, why):
    assert await read_space(path) == Unknown(why, path)


@pytest.mark.parametrize(
    ("free", "total"),
    [(0, 0), (5, 0), (101, 100), (-1, 100), (0, -1)],
    ids=["0/0", "of 0", "above", "below 0", "odd"],
)
async def test_numbers_no_disk_can_have_are_not_a_full_disk(monkeypatch, tmp_path, free, total):
    numbers = os.statvfs_result((4096, 1, total, free, free, 0, 0, 0, 0, 255))
    monkeypatch.setattr(os, "statvfs", lambda path: numbers)

    assert await read_space(str(tmp_path)) == Unknown("unreadable", str(tmp_path))


async def test_a_disk_that_is_full_is_full(monkeypatch, tmp_path):
    monkeypatch.setattr(os, "statvfs", lambda path: os.statvfs_result((4096, 512, 9, 0, 0, 0, 0, 0, 0, 255)))

    space = await read_space(str(tmp_path))

    assert isinstance(space, Space)
    assert (space.free_bytes, space.total_bytes) == (0, 9 * 512)


async def test_a_forbidden_place_says_so():
    def ask():
        raise PermissionError(13, "Permission denied")

    assert await patiently("forbidden", ask, source="media") == Unknown("forbidden", "media")


async def test_a_broken_disk_is_unreadable():
    def ask():
        raise OSError(5, "Input/output error")

    assert await patiently("broken", ask, source="media") == Unknown("unreadable", "media")


async def test_a_mistake_of_ours_is_not_taken_for_the_disk():
    def ask():
        raise KeyError("ours")

    with pytest.raises(KeyError):
        await patiently("ours", ask, source="media")


async def test_a_disk_that_hangs_is_given_up_on(hung):
    assert await patiently("hung", hung, source="nas", limit_seconds=0.01) == Unknown("timed_out", "nas")


async def test_a_hung_disk_holds_one_thread_however_often_it_is_asked(hung):
    for _ in range(5):
        await patiently("hung", hung, source="nas", limit_seconds=0.01)

    assert hung.asked == 1


async def test_a_disk_that_wakes_up_answers_again(hung):
    await patiently("sleepy", hung, source="nas", limit_seconds=0.01)
    hung.let_go.set()
    await until_nobody_waits()

    assert await patiently("sleepy", hung, source="nas") == "answer"
    assert hung.asked == 2


async def test_those_who_ask_the_same_share_the_answer(hung):
    answers = []

    async def ask():
        answers.append(await patiently("shared", hung, source="nas"))

    async with anyio.create_task_group() as tasks:
        for _ in range(3):
            tasks.start_soon(ask)
        await anyio.wait_all_tasks_blocked()
        hung.let_go.set()

    assert answers == ["answer"] * 3
    assert hung.asked == 1


async def test_who_gives_up_does_not_take_the_answer_from_the_others(hung):
    answers = []

    async def ask(limit_seconds):
        answers.append(await patiently("shared", hung, source="nas", limit_seconds=limit_seconds))
        hung.let_go.set()

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(ask, 0.01)
        tasks.start_soon(ask, 10)

    assert answers == [Unknown("timed_out", "nas"), "answer"]


async def test_hung_disks_never_take_more_than_a_few_threads(hung):
    asked = patience.MOST_THREADS + 4
    before = threading.active_count()

    async with anyio.create_task_group() as tasks:
        for number in range(asked):
            tasks.start_soon(lambda number=number: patiently(number, hung, source="nas", limit_seconds=0.05))

    assert hung.asked == patience.MOST_THREADS
    assert threading.active_count() - before <= patience.MOST_THREADS


async def test_who_finds_all_threads_taken_waits_for_one(hung):
    answers = []

    async def ask(number):
        answers.append(await patiently(number, hung, source="nas"))

    async with anyio.create_task_group() as tasks:
        for number in range(patience.MOST_THREADS + 4):
            tasks.start_soon(ask, number)
        await anyio.wait_all_tasks_blocked()
        hung.let_go.set()

    assert answers == ["answer"] * (patience.MOST_THREADS + 4)


async def test_hung_threads_do_not_hold_up_the_end_of_the_process(hung):
    await patiently("hung", hung, source="nas", limit_seconds=0.01)

    assert all(thread.daemon for thread in threading.enumerate() if thread.name == "keepercheky disk")
