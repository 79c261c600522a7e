"""What a recommendation takes: `python -m benchmarks.recommend`, on the index in use, beside bm25s doing only the retrieval.

    python -m benchmarks.recommend                            the index of the site in COFUND_HOME
    python -m benchmarks.recommend --build                    builds and trains it anew first, each in a process of its own
    python -m benchmarks.recommend --build --import FILE …    the same on a site of its own, with these CORDIS downloads

Everything runs on one core. Processor time stands beside the clock, because others may use the machine at the same time;
what is too much is marked, and then the exit code is 1.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ[_name] = "1"  # numpy reads them when it is first imported, so what needs it is imported below

if TYPE_CHECKING:
    from cofund.analysis.history import Question
    from cofund.queries.index_files import Index

# What a worker of the site loads before it serves, and a first answer.
READY = """
from cofund.project import wsgi
from django.urls import get_resolver
get_resolver().url_patterns
from cofund.queries.index_files import open_index
from cofund.queries.recommending import recommend
recommend(open_index(), "insulin pumps")
"""
BUILD = """
from cofund.commands import main
from cofund.actions.index_files import build_index
build_index(trains={trains})
"""
IMPORT = """
import sys
from cofund.commands import main
from django.core.management import call_command
from cofund.importers.cordis import import_cordis
call_command("migrate", verbosity=0)
for file in sys.argv[1:]:
    import_cordis(file)
"""
DOWNLOADS = ("cordis-h2020projects-csv.zip", "cordis-HORIZONprojects-csv.zip")
MOST_VOTE, MOST_FULL = 50, 150  # milliseconds at the 95th percentile
MOST_READY, MOST_BUILD, MOST_TRAINING = 3, 120, 900  # seconds
MOST_MEMORY = 1024  # MiB

too_much: list[str] = []


def tell(label: str, words: str, value: float, most: float | None = None) -> None:
    """Print a line, and mark it where the value is more than it may be."""
    limit = "" if most is None else f" (at most {most})"
    if most is not None and value > most:
        too_much.append(label)
        limit += " TOO MUCH"
    print(f"{label:42} {words}{limit}", flush=True)


def apart(label: str, code: str, *arguments: str, most: float | None = None) -> float:
    """Run code in a process of its own, and print its seconds and its memory; give its processor time."""
    before, clock = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run([sys.executable, "-c", code, *arguments], check=True)
    after, passed = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter() - clock
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    tell(label, f"processor {used:7.2f} s, clock {passed:7.2f} s", used, most)
    return used


def texts(number: int) -> list[tuple[str, str]]:
    """Texts and topics of the latest projects that several organisations have, to be asked about."""
    from cofund.records.corpus.models import PastProject

    rows = PastProject.objects.filter(framework_programme="HORIZON", funding_scheme__contains="RIA")
    rows = rows.order_by("-signed_on", "id")
    return [(f"{row.title} {row.objective}", row.main_topic) for row in rows[:number]]


def measure(
    label: str, answer: Callable[[str, str], object], asked: list[tuple[str, str]], most: float | None = None
) -> None:
    """Print how long the answers took, in processor time and by the clock."""
    import numpy as np

    answer(*asked[0])
    used, passed = [], []
    for text, code in asked:
        start, clock = time.process_time(), time.perf_counter()
        answer(text, code)
        used.append(time.process_time() - start)
        passed.append(time.perf_counter() - clock)
    cpu, wall = (np.percentile(some, [50, 95]) * 1000 for some in (used, passed))
    words = f"processor p50 {cpu[0]:6.1f} ms, p95 {cpu[1]:6.1f} ms; clock p50 {wall[0]:6.1f} ms, p95 {wall[1]:6.1f} ms"
    tell(label, words, float(cpu[1]), most)


def ask(index: Index, text: str, code: str) -> Question:
    """A question as `recommend` makes it."""
    from cofund.analysis.history import Question
    from cofund.analysis.words import count_terms

    return Question(count_terms([text], index.vocabulary, grows=False), code)


def whole(index: Index, text: str, code: str) -> object:
    """The full ranking with the reasons of the first twenty."""
    from cofund.analysis.reasons import Reasons

    question = ask(index, text, code)
    found, _ = index.ranking.rank(index.history, question)
    reasons = Reasons(index.history, question, found)
    return [reasons.of(int(one)) for one in found.candidates[:20]]


def topics_of_the_site() -> list[tuple[str, str]]:
    """The topics of the site, by programme and code."""
    from cofund.records.programme.models import Topic

    return list(Topic.objects.order_by("scheme__code", "code").values_list("scheme__code", "code"))


def page_of(scheme: str, code: str) -> object:
    """All that a page of candidates reads which nobody asked for yet: the list, newcomers apart, and what the members lack."""
    from cofund.queries.candidate_gaps import gaps
    from cofund.queries.candidate_subjects import Subject
    from cofund.queries.candidates import Asked, find
    from cofund.records.corpus.models import PastParticipation
    from cofund.records.programme.models import Topic

    latest = PastParticipation.objects.filter(project__funding_scheme="HORIZON-RIA").order_by("-project_id", "pk")
    members = tuple(latest.values_list("organisation_id", flat=True)[:2])
    topic = Topic.objects.select_related("scheme").get(scheme__code=scheme, code=code)
    found = find(Subject(topic=topic), Asked(known=members))
    return found, gaps(found)


def retrieval() -> Callable[[str, str], object]:
    """Retrieval of 500 past projects by bm25s: no votes, no ranking, no reasons."""
    import bm25s

    from cofund.records.corpus.models import PastProject

    rows = PastProject.objects.filter(framework_programme="HORIZON").order_by("id").values_list("title", "objective")
    engine = bm25s.BM25()
    engine.index(bm25s.tokenize([" ".join(row) for row in rows], show_progress=False), show_progress=False)
    return lambda text, code: engine.retrieve(
        bm25s.tokenize([text], show_progress=False), k=500, show_progress=False, n_threads=0
    )


def main(arguments: list[str] | None = None) -> None:
    """Run all of it and print what it took."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", action="store_true", help="build the index and train, too")
    parser.add_argument("--import", nargs="*", type=Path, dest="files", help="CORDIS downloads for a site of its own")
    parser.add_argument("--questions", type=int, default=200, help="how many texts are asked about")
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        if chosen.files is not None:
            default = Path(__file__).parents[2] / "shared/data/cordis"
            os.environ["COFUND_HOME"] = folder
            files = chosen.files or [default / name for name in DOWNLOADS]
            apart("import of the downloads", IMPORT, *map(str, files))
        if chosen.build:
            built = apart("index without training", BUILD.format(trains=False), most=MOST_BUILD)
            both = apart("index with training", BUILD.format(trains=True))
            tell("training alone", f"processor {both - built:7.2f} s", both - built, MOST_TRAINING)
            memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
            tell("memory of the largest of these processes", f"{memory:.0f} MiB", memory)
        apart("new worker to its first answer", READY, most=MOST_READY)
        answers(chosen.questions)
    sys.exit(1 if too_much else 0)


def answers(questions: int) -> None:
    """Print what answers take, and the memory of a process that gave them."""
    import cofund.commands.main  # noqa: F401, it sets Django up
    from cofund.analysis.votes import vote
    from cofund.queries.index_files import open_index

    index = open_index()
    asked = texts(questions)
    size = sum(size for size, _ in index.description["files"].values()) / 2**20
    tell("files of the index", f"{size:.0f} MiB, trained: {'yes' if index.ranking.text else 'no'}", size)
    measure("vote of past projects", lambda text, code: vote(index.history, ask(index, text, code)), asked, MOST_VOTE)
    measure(
        "full ranking", lambda text, code: index.ranking.rank(index.history, ask(index, text, code)), asked, MOST_FULL
    )
    measure("full ranking with twenty reasons", lambda text, code: whole(index, text, code), asked, MOST_FULL)
    if topics := topics_of_the_site():
        measure(f"first page of each of {len(topics)} topics, two members", page_of, topics)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    tell("resident memory", f"{memory:.0f} MiB at most", memory, MOST_MEMORY)
    measure("bm25s, retrieval only", retrieval(), asked)


if __name__ == "__main__":
    main()
