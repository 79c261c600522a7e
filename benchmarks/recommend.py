"""What a recommendation takes: `python -m benchmarks.recommend`, on the index in use, beside bm25s doing only the retrieval.

`--build` also builds the index anew and trains, and says how long each took. Everything runs on one core.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ[_name] = "1"  # numpy reads them when it is first imported, so what needs it is imported below

if TYPE_CHECKING:
    from cofund.analysis.history import Question
    from cofund.queries.index_files import Index

READY = """
from cofund.commands import main
from cofund.queries.index_files import open_index
from cofund.queries.recommending import recommend
recommend(open_index(), "insulin pumps")
"""


def texts(number: int) -> list[tuple[str, str]]:
    """Texts and topics of the latest projects that several organisations have, to be asked about."""
    from cofund.records.corpus.models import PastProject

    rows = PastProject.objects.filter(framework_programme="HORIZON", funding_scheme__contains="RIA")
    rows = rows.order_by("-signed_on", "id")
    return [(f"{row.title} {row.objective}", row.main_topic) for row in rows[:number]]


def measure(label: str, answer: Callable[[str, str], object], asked: list[tuple[str, str]]) -> None:
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
    print(
        f"{label:42} processor p50 {cpu[0]:6.1f} ms, p95 {cpu[1]:6.1f} ms; clock p50 {wall[0]:6.1f} ms, p95 {wall[1]:6.1f} ms"
    )


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


def main() -> None:
    """Run all of it and print what it took."""
    import cofund.commands.main  # noqa: F401, it sets Django up
    from cofund.actions.index_files import build_index
    from cofund.analysis.votes import vote
    from cofund.queries.index_files import open_index

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", action="store_true", help="build the index and train, too")
    parser.add_argument("--questions", type=int, default=200, help="how many texts are asked about")
    chosen = parser.parse_args()
    if chosen.build:
        for label, trains in (("index and training", True), ("index with the trees that there are", False)):
            start, clock = time.process_time(), time.perf_counter()
            build_index(trains=trains)
            print(
                f"{label:42} processor {time.process_time() - start:.0f} s, clock {time.perf_counter() - clock:.0f} s"
            )
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", READY], check=True)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    passed = time.perf_counter() - start
    print(
        f"{'new process to its first answer':42} processor {used.ru_utime + used.ru_stime:.2f} s, clock {passed:.2f} s"
    )
    index = open_index()
    asked = texts(chosen.questions)
    measure("vote of past projects", lambda text, code: vote(index.history, ask(index, text, code)), asked)
    measure("full ranking", lambda text, code: index.ranking.rank(index.history, ask(index, text, code)), asked)
    measure("full ranking with reasons", lambda text, code: whole(index, text, code), asked)
    print(f"{'resident memory':42} {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB at most")
    measure("bm25s, retrieval only", retrieval(), asked)


if __name__ == "__main__":
    main()
