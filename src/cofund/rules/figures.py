"""The published figures by name, and what of a contribution each of them counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from cofund.rules import stages


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure that pages show as a sum over contributions.

    `stages` are those of the contribution's own money that it adds up, `matches` those of its part of the tranche; `is_unmatched`
    counts what is given beyond the match; `funnel` is a step of the funnel (F13), which follows the lines of the reports; `step` is
    one of what became of it in all, as documents state it.
    """

    code: str
    label: str
    formula: str
    stages: tuple[str, ...] = ()
    matches: tuple[str, ...] = ()
    is_unmatched: bool = False
    funnel: str = ""
    step: str = ""


_FROM_ENDORSED: Final = stages.LIVE_STAGES[1:]
_ALL: Final = (
    Figure(
        "given", "Given in all", "Everything promised or more; what was withdrawn is not in it.", stages.LIVE_STAGES
    ),
    Figure("contributed", "Put against the envelope", "What is endorsed or more.", _FROM_ENDORSED),
    *(
        Figure(
            stage,
            "Delivered beyond the commitment"
            if stage == stages.OVER_DELIVERY
            else f"Contributions that stand at “{stage}” now",
            f"What stands in the stage “{stage}”; what has gone on since is counted further on.",
            (stage,),
        )
        for stage in stages.CONTRIBUTION_STAGES
    ),
    Figure(
        "match", "Public match", "What is promised, reserved, committed or consumed.", (), stages.TRANCHE_STAGES[1:]
    ),
    Figure("used", "Match decided", "What is reserved, committed or consumed.", (), stages.DECIDED_STAGES),
    *(
        Figure(f"match-{stage}", f"Match {stage}", f"What of a tranche stands in the stage “{stage}”.", (), (stage,))
        for stage in stages.TRANCHE_STAGES[1:]
    ),
    Figure("unmatched", "Given beyond the match", "The contribution less its match.", is_unmatched=True),
    *(
        Figure(
            f"funnel-{step}",
            f"Contributions {step} in all",
            f"What was ever {step}, less what was withdrawn.",
            funnel=step,
        )
        for step in ("committed", "reported", "certified", "validated")
    ),
    *(
        Figure(f"stated-{step}", f"Stated as {words}", f"What was ever {words}, less what was taken back.", step=step)
        for step, words in (
            ("committed", "committed"),
            ("reported", "reported"),
            ("certified", "certified"),
            ("validated", "validated"),
            ("matched", "match committed"),
            ("consumed", "match consumed"),
        )
    ),
)
FIGURES: Final = {figure.code: figure for figure in _ALL}
DEFAULT: Final = "given"
# Figures of a tranche or target itself, behind which stand entries and no contributions.
CEILING: Final = "ceiling"
AWARDED: Final = "awarded"
OF_ENTRIES: Final = {
    CEILING: ("Ceiling of the tranche", "What was put into the tranche, less what was cut."),
    AWARDED: ("Public money awarded", "What was fixed for the topic or project, whatever is given to it."),
}
