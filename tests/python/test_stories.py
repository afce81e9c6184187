"""The stories of tests/cases/story, each a named test on a store of its own; the same that the C tests play."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Any, Dict, Iterator, Tuple

import pytest
from story_steps import play
from story_world import STORIES, World, fill, read

Prepared = Tuple[Path, Dict[str, Any]]


def stories() -> Iterator[Any]:
    """One test a story, or one a row, "story: row"."""
    for path in sorted(STORIES.glob("*.json")):
        for story in read(path.name).get("stories", ()):
            if "rows" not in story:
                yield pytest.param(story, id=story["name"])
            for row in story.get("rows", ()):
                filled = {**fill({**story, "rows": []}, row), "name": f"{story['name']}: {row['name']}"}
                yield pytest.param(filled, id=filled["name"])


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    path = tmp_path_factory.mktemp("stories") / "prepared.db"
    return path, World.prepare(path)


@pytest.mark.parametrize("story", list(stories()))
def test_story(prepared: Prepared, story: Dict[str, Any]) -> None:
    path = prepared[0].with_name("story.db")
    try:
        with ExitStack() as stack:
            world = World.copy(stack, prepared[0], path, prepared[1])
            play(world, story)
            assert world.system.verify_store() == []
    finally:
        for file in path.parent.glob("story.db*"):
            file.unlink()
