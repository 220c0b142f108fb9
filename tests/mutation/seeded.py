"""Faults that somebody could make in the generated client, one of each sort.

`python -m tests.mutation.seeded OPERATION...` plays the recordings of operations with the package
in REBIND_PACKAGE_DIR, prints what differs, and exits 1 if anything does. Without operations it
reads lines of JSON, `{"package", "operations"}`, plays each in a process of its own, and prints a
line of JSON for each: the text, or null where it failed.
"""

from __future__ import annotations

import asyncio
import atexit
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).parents[2]
GENERATED = ROOT / "generated/abacus_client/abacus_client"


@dataclass(frozen=True)
class Fault:
    """A fault in one file.

    Attributes:
        what: What is wrong, in words.
        file: The file, below the package.
        old: What stands there.
        new: What is made of it, where it stands first.
        operation: An operation whose recordings show it.
    """

    what: str
    file: str
    old: str
    new: str
    operation: str


PAGE = 'query={"limit": limit, "startAfterId": start_after_id}'
DESCRIBE = 'query={"projectId": id_of(project_id, "ProjectData")}'
SESSION = 'json={"projectId": id_of(project_id, "ProjectData"), "name": name}'
PROJECTS, SESSIONS = "resources/projects.py", "resources/chat_sessions.py"
PREDICTIONS, UPLOADS = "resources/predictions.py", "resources/uploads.py"

FAULTS = (
    Fault(
        "a default is another one", PROJECTS, "limit: int = 100", "limit: int = 50", "listProjects"
    ),
    Fault(
        "a parameter with a default is dropped",
        PROJECTS,
        PAGE,
        'query={"startAfterId": start_after_id}',
        "listProjects",
    ),
    Fault(
        "a parameter is renamed", PROJECTS, PAGE, PAGE.replace("AfterId", "After"), "listProjects"
    ),
    Fault(
        "two parameters change places",
        PROJECTS,
        PAGE,
        'query={"startAfterId": start_after_id, "limit": limit}',
        "listProjects",
    ),
    Fault(
        "two arguments are taken for each other",
        SESSIONS,
        "_rename(chat_session_id, name)",
        "_rename(name, chat_session_id)",
        "renameChatSession",
    ),
    Fault(
        "a null is omitted",
        SESSIONS,
        SESSION,
        'json={"projectId": id_of(project_id, "ProjectData")}',
        "createChatSession",
    ),
    Fault(
        "a verb is another one",
        PROJECTS,
        'id="describeProject",\n    method="GET"',
        'id="describeProject",\n    method="POST"',
        "describeProject",
    ),
    Fault(
        "a path is another one",
        PROJECTS,
        "/api/v0/describeProject",
        "/api/describeProject",
        "describeProject",
    ),
    Fault(
        "a parameter moves from the query to the body",
        PROJECTS,
        DESCRIBE,
        DESCRIBE.replace("query", "json"),
        "describeProject",
    ),
    Fault(
        "parameters move from the body to the query",
        SESSIONS,
        SESSION,
        SESSION.replace("json", "query"),
        "createChatSession",
    ),
    Fault(
        "a body is a form instead of JSON",
        SESSIONS,
        SESSION,
        SESSION.replace("json", "form"),
        "createChatSession",
    ),
    Fault(
        "a call goes to another host",
        PREDICTIONS,
        'path="/api/v0/predict",\n    replies={"200": Json(lambda: dict[str, Any] | None)},\n'
        '    security=(("apiKey",), ()),\n    host="prediction"',
        'path="/api/v0/predict",\n    replies={"200": Json(lambda: dict[str, Any] | None)},\n'
        '    security=(("apiKey",), ()),\n    host="proxy"',
        "predict",
    ),
    Fault("a call goes to the API's own host", UPLOADS, '    host="proxy",\n', "", "uploadPart"),
    Fault(
        "two hosts are taken for each other",
        "_api.py",
        '"prediction": Host(_GET_API_ENDPOINT, "predictEndpoint"',
        '"prediction": Host(_GET_API_ENDPOINT, "proxyEndpoint"',
        "predict",
    ),
    Fault(
        "a list in a query repeats its name",
        "resources/dataset_versions.py",
        '    json_params=frozenset({("query", "selectedColumns")}),\n',
        "",
        "getDatasetVersionMetrics",
    ),
    Fault(
        "a list in a form repeats its part",
        PREDICTIONS,
        '    json_unless_string=frozenset({("multipart", "categories"), ("multipart", "topN")}),\n',
        "",
        "describeImage",
    ),
    Fault(
        "booleans are spelled otherwise",
        "_api.py",
        "title_booleans=True",
        "title_booleans=False",
        "listChatSessions",
    ),
    Fault("the part of a file is renamed", UPLOADS, '"partData"', '"part"', "uploadPart"),
    Fault(
        "a file gets a content type",
        "_api.py",
        "part_types=False",
        "part_types=True",
        "importAnnotationLabels",
    ),
    Fault(
        "the header of the key is another one",
        "_api.py",
        'ApiKey("apiKey", "header", "apiKey")',
        'ApiKey("apiKey", "header", "X-Api-Key")',
        "describeProject",
    ),
    Fault(
        "an operation sends no key",
        PROJECTS,
        'path="/api/v0/describeProject",\n',
        'path="/api/v0/describeProject",\n    security=((),),\n',
        "describeProject",
    ),
    Fault(
        "an error is of another class",
        "errors.py",
        '"DataNotFoundError": DataNotFoundError',
        '"DataNotFoundError": ConflictError',
        "getActivePromotion",
    ),
    Fault(
        "a list of objects is one object",
        PROJECTS,
        "lambda: list[models.Project], lambda: list[models.AsyncProject]",
        "lambda: models.ProjectConfig, lambda: models.ProjectConfig",
        "listProjects",
    ),
    Fault(
        "an object is of another class",
        PROJECTS,
        "lambda: models.Project, lambda: models.AsyncProject",
        "lambda: models.Dataset, lambda: models.AsyncDataset",
        "describeProject",
    ),
    Fault(
        "a result is not returned",
        PROJECTS,
        "return self._send(_describe(project_id), options)",
        "self._send(_describe(project_id), options)",
        "describeProject",
    ),
    Fault(
        "the asynchronous client returns no result",
        PROJECTS,
        "return await self._send(_describe(project_id), options)",
        "await self._send(_describe(project_id), options)",
        "describeProject",
    ),
    Fault(
        "a field has another name",
        "models/project.py",
        'alias="projectId"',
        'alias="projectID"',
        "describeProject",
    ),
    Fault(
        "what is nested in an object stays a mapping",
        "models/feature_group.py",
        "features: list[Feature] | None",
        "features: list[Any] | None",
        "describeFeatureGroup",
    ),
    Fault(
        "a job that is pending is taken for done",
        "resources/docstore.py",
        'pending=("PENDING",)',
        'pending=("WAITING",)',
        "ExtractDocumentData",
    ),
    Fault(
        "the state of a job is asked elsewhere",
        "resources/docstore.py",
        "/api/getExtractDocumentDataStatus",
        "/api/v0/getExtractDocumentDataStatus",
        "ExtractDocumentData",
    ),
    Fault(
        "further arguments are not in the body",
        PREDICTIONS,
        'json={"queryData": query_data, **(extra or {})}',
        'json={"queryData": query_data}',
        "predict",
    ),
)


def seeded(fault: Fault, folder: Path) -> Path:
    """Make a copy of the package that has a fault.

    Args:
        fault: The fault.
        folder: Where to put it.

    Returns:
        The folder that holds the package.

    Raises:
        ValueError: the package has no place for the fault.
    """
    package = folder / GENERATED.name
    # Compiled files are taken along, but for those that somebody else is about to write.
    half = shutil.ignore_patterns("*.pyc.*")
    shutil.copytree(GENERATED, package, copy_function=os.link, ignore=half)
    path = package / fault.file
    text = path.read_text("utf-8")
    if fault.old not in text:
        raise ValueError(f"{fault.file} does not hold {fault.old!r}; change the fault")
    path.unlink()  # it is the same file as the one it was made of
    for compiled in (path.parent / "__pycache__").glob(f"{path.stem}.*"):
        compiled.unlink()
    path.write_text(text.replace(fault.old, fault.new, 1), "utf-8")
    return folder


def noticed(fault: Fault | None, folder: Path, operations: list[str]) -> str:
    """What the recordings of operations say of the package with a fault, or of itself.

    Returns:
        The first differences; empty if there are none.
    """
    where = seeded(fault, folder) if fault else GENERATED.parent
    player = _player()
    assert player.stdin is not None
    assert player.stdout is not None
    player.stdin.write(json.dumps({"package": str(where), "operations": operations}) + "\n")
    player.stdin.flush()
    said = json.loads(player.stdout.readline() or "null")
    if said is None:
        raise RuntimeError("the recordings could not be played; what went wrong is printed above")
    return str(said)


@cache
def _player() -> subprocess.Popen[str]:
    """A process that forks one for each package; it ends with this one."""
    command = [sys.executable, "-B", "-m", "tests.mutation.seeded"]
    player = subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    atexit.register(player.communicate)
    return player


def serve() -> None:
    """Play recordings for each line that is read."""
    import_module("tests.contract.test_every_operation")  # so that what is forked has it already
    for line in iter(sys.stdin.readline, ""):
        asked = json.loads(line)
        if not (child := os.fork()):
            os.environ["REBIND_PACKAGE_DIR"] = asked["package"]
            sys.stdout.write(json.dumps("\n".join(differences(asked["operations"]))) + "\n")
            sys.stdout.flush()
            os._exit(0)
        if os.waitpid(child, 0)[1]:
            sys.stdout.write("null\n")
            sys.stdout.flush()


def differences(operations: list[str]) -> list[str]:
    """Play recordings; return the first differences."""
    from tests.contract.bindings import FLAVOURS
    from tests.contract.surface import KEY
    from tests.contract.test_every_operation import RECORDED, play
    from tests.vendor.page import undocumented

    async def played() -> list[str]:
        lines = []
        for operation in operations:
            for exchange in RECORDED[operation]:
                for flavour in FLAVOURS:
                    found, keys = await play(exchange, flavour)
                    lines += [f"{flavour}: {each}" for each in undocumented(found)]
                    lines += [f"{flavour}: {exchange}: keys {keys}"] * (set(keys) != {KEY})
        return lines

    return [line[:500] for line in asyncio.run(played())[:5]]


def main(operations: list[str]) -> int:
    """Play recordings."""
    if not operations:
        serve()
        return 0
    lines = differences(operations)
    sys.stdout.write("\n".join(lines))
    return int(bool(lines))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
