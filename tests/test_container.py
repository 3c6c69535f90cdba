"""The container files, checked without an engine: what they copy exists, what they run is a command of ours."""

import json
import re
import shlex

import yaml

from publisher.cli import COMMANDS
from publisher.setting import NOT_SETTINGS, PREFIX, Settings
from tests.tool.shared import ROOT


def instructions() -> list[tuple[str, str]]:
    """(instruction, arguments) of the Dockerfile, continued lines joined."""
    text = (ROOT / "Dockerfile").read_text("utf-8").replace("\\\n", " ")
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    pairs = [line.partition(" ") for line in lines]
    return [(name.upper(), rest.strip()) for name, _, rest in pairs]


def of(name: str) -> list[str]:
    return [rest for each, rest in instructions() if each == name]


def test_it_is_built_in_two_stages_and_runs_as_nobody_in_particular():
    stages = of("FROM")
    assert len(stages) == 2
    assert all(":3.1" in stage and "-slim" in stage for stage in stages)
    assert of("USER") == ["publisher"]
    assert of("VOLUME") == ["/site"]


def test_everything_that_is_copied_exists():
    for line in of("COPY"):
        *sources, _ = [part for part in shlex.split(line) if not part.startswith("--")]
        if "--from=" not in line:
            assert [source for source in sources if not (ROOT / source).exists()] == []


def test_it_starts_and_is_asked_after_by_commands_of_ours():
    health = of("HEALTHCHECK")[0]
    command = json.loads(re.sub(r".*CMD ", "", health))
    assert command[0] == "publisher"
    assert command[1] in COMMANDS
    assert json.loads(of("ENTRYPOINT")[0]) == ["publisher"]
    assert json.loads(of("CMD")[0])[0] in COMMANDS


def test_every_variable_is_a_setting():
    compose = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
    names = [pair.partition("=")[0] for line in of("ENV") for pair in shlex.split(line)]
    names += list(compose["services"]["publisher"]["environment"])
    ours = [name.removeprefix(PREFIX).lower() for name in names if name.startswith(PREFIX)]
    assert len(ours) >= 4
    assert [name for name in ours if name not in Settings.__struct_fields__ and name not in NOT_SETTINGS] == []


def test_compose_keeps_the_site_in_one_volume_and_nothing_else_writable():
    service = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))["services"]["publisher"]
    assert service["volumes"] == ["site:/site"]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
