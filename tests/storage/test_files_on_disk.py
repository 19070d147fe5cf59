"""Files with their links, and the videos of a folder; nothing is followed, nothing is written."""

import os

import pytest

from keepercheky.media import Unknown
from keepercheky.storage import FileProbe, files, list_videos, probe_files
from keepercheky.storage.extras import is_extra

LARGE = 60_000_000


def lay(path, size_bytes=LARGE):
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.truncate(size_bytes)
    return str(path)


async def test_a_file_tells_its_links_its_size_and_who_it_is(tmp_path):
    path = lay(tmp_path / "alien.mkv", 1234)
    found = await probe_files([path])

    state = (tmp_path / "alien.mkv").stat()
    assert found == {
        path: FileProbe(exists=True, links=1, device=state.st_dev, inode=state.st_ino, size_bytes=1234)
    }


async def test_hard_linked_files_tell_more_than_one_link_and_one_inode(tmp_path):
    library, torrent = lay(tmp_path / "library.mkv"), str(tmp_path / "torrent.mkv")
    os.link(library, torrent)

    found = await probe_files([library, torrent])

    assert [probe.links for probe in found.values()] == [2, 2]
    assert found[library].inode == found[torrent].inode


async def test_a_symbolic_link_is_told_as_itself(tmp_path):
    target = lay(tmp_path / "there.mkv")
    os.link(target, tmp_path / "again.mkv")
    link = tmp_path / "here.mkv"
    link.symlink_to(target)

    found = await probe_files([str(link)])

    assert found[str(link)].exists is True
    assert found[str(link)].links == 1
    assert found[str(link)].size_bytes < 1000


async def test_what_is_not_there_or_no_file_is_absent(tmp_path):
    file = lay(tmp_path / "alien.mkv")
    paths = [str(tmp_path / "gone.mkv"), f"{file}/below", str(tmp_path)]

    assert await probe_files(paths) == dict.fromkeys(paths, FileProbe(exists=False))


async def test_what_cannot_be_looked_at_is_unknown_and_the_others_are_not(tmp_path):
    file = lay(tmp_path / "alien.mkv")
    too_long = str(tmp_path / ("a" * 300))

    found = await probe_files([file, too_long, "a\0b"], source="media")

    assert found[file].exists is True
    assert found[too_long] == found["a\0b"] == Unknown("unreadable", "media")


async def test_many_files_are_looked_at_in_batches(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "BATCH", 3)
    paths = [lay(tmp_path / f"{number}.mkv", number) for number in range(8)]

    found = await probe_files([*paths, paths[0]])

    assert [found[path].size_bytes for path in paths] == list(range(8))


async def test_a_batch_that_takes_too_long_is_unknown(tmp_path):
    path = lay(tmp_path / "alien.mkv")

    assert await probe_files([path], source="media", limit_seconds=0) == {path: Unknown("timed_out", "media")}


async def test_no_files_are_no_question():
    assert await probe_files([]) == {}


async def test_large_videos_of_a_folder_are_listed_wherever_they_lie_in_it(tmp_path):
    movie = lay(tmp_path / "Alien (1979)" / "Alien.mkv")
    deep = lay(tmp_path / "Alien (1979)" / "CD2" / "Alien.part2.AVI", LARGE + 1)
    lay(tmp_path / "Alien (1979)" / "Alien.es.srt")
    lay(tmp_path / "Alien (1979)" / "small.mkv", 50_000_000)

    assert await list_videos(str(tmp_path / "Alien (1979)")) == [(movie, LARGE), (deep, LARGE + 1)]


@pytest.mark.parametrize(
    "extra",
    [
        "Behind The Scenes/making of.mkv",
        "deleted scenes/one.mkv",
        "interviews/Ridley.mp4",
        "Featurettes/deep/er.mkv",
        "extras/x.mkv",
        "Other/x.mkv",
        "Alien-trailer.mkv",
        "Alien-trailer2.mkv",
        "Alien.Trailer.mkv",
        "Alien_sample.mkv",
        "sample.mkv",
        "trailer.mp4",
        "The making-behindthescenes.mkv",
        "Cut-deletedscene.mkv",
        "Cut-DELETED.mkv",
        "Scott-interview.mkv",
        "Egg-scene.mkv",
        "Short film-short.mkv",
        "Look-featurette.mkv",
        "Bit-clip.mkv",
        "Thing-other.mkv",
        "Thing-extra1.mkv",
    ],
)
async def test_extras_are_no_videos_of_their_own(tmp_path, extra):
    lay(tmp_path / extra)

    assert await list_videos(str(tmp_path)) == []


@pytest.mark.parametrize(
    "name", ["The Clip.mkv", "Trailer Park.mkv", "Samples.mkv", "Alien 3.mkv", "short.mkv"]
)
def test_names_that_only_resemble_an_extra_are_videos(name):
    assert not is_extra(name)


async def test_links_are_not_followed_out_of_the_folder(tmp_path):
    lay(tmp_path / "elsewhere" / "other.mkv")
    (tmp_path / "Alien").mkdir()
    (tmp_path / "Alien" / "folder").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "Alien" / "file.mkv").symlink_to(tmp_path / "elsewhere" / "other.mkv")

    assert await list_videos(str(tmp_path / "Alien")) == []


async def test_a_folder_that_is_not_there_is_unknown(tmp_path):
    folder = str(tmp_path / "gone")

    assert await list_videos(folder) == Unknown("missing", folder)


async def test_a_folder_too_large_to_be_a_titles_is_unknown(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "MOST_ENTRIES", 3)
    for number in range(4):
        lay(tmp_path / f"{number}.mkv")

    assert await list_videos(str(tmp_path)) == Unknown("too_many", str(tmp_path))
