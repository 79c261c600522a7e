"""Each dependency says why it is there and under which licence, and the locks hold it by hash without naming a host."""

import re
import tomllib

from tests.machine import CHECKOUT

LOCKS = ["requirements/run.txt", "requirements/dev.txt"]


def test_dependency_has_a_licence_and_a_reason() -> None:
    text = (CHECKOUT / "pyproject.toml").read_text()
    project = tomllib.loads(text)["project"]
    wanted = [
        *project["dependencies"],
        *(each for extra in project["optional-dependencies"].values() for each in extra),
    ]
    silent = [each for each in wanted if not re.search(rf'"{re.escape(each)}",? +# .+: .+', text)]
    assert silent == []


def test_dependency_is_named_once() -> None:
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    names = [re.split(r"[\[<>=]", each)[0] for each in wanted]
    assert sorted(names) == sorted(set(names))


def test_lock_holds_every_dependency_by_hash() -> None:
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["project"]
    wanted = {"run.txt": project["dependencies"]}
    wanted["dev.txt"] = [*wanted["run.txt"], *project["optional-dependencies"]["dev"]]
    for lock, dependencies in wanted.items():
        pins = (CHECKOUT / "requirements" / lock).read_text().split("\n    # via")
        text = "".join(pins)
        locked = set(re.findall(r"^([a-z0-9-]+)(?:\[.*\])?==", text, re.MULTILINE))
        names = {re.match(r"[\w-]+", each).group().lower().replace("_", "-") for each in dependencies}  # type: ignore[union-attr]
        assert names - locked == set()
        unhashed = re.findall(r"^([a-z0-9-]+)==(?!.*\\\n +--hash=sha256:)", text, re.MULTILINE)
        assert unhashed == []


def test_lock_names_no_host() -> None:
    found = [lock for lock in LOCKS if re.search(r"://|--index|--find-links|file:", (CHECKOUT / lock).read_text())]
    assert found == []


def test_run_lock_is_part_of_the_dev_lock() -> None:
    run, dev = ((CHECKOUT / lock).read_text() for lock in LOCKS)
    pins = [set(re.findall(r"^[a-z0-9-]+==[^ ;\\]+", text, re.MULTILINE)) for text in (run, dev)]
    assert pins[0] - pins[1] == set()
