"""What changed between two texts, word by word."""

from cofund.rules.differences import Part, difference


def test_difference_marks_what_came_and_what_went() -> None:
    found = difference("Find new drugs for adults.", "Find new medicines for adults and children.")
    assert found.parts == (
        Part("same", "Find new "),
        Part("removed", "drugs"),
        Part("added", "medicines"),
        Part("same", " for "),
        Part("removed", "adults."),
        Part("added", "adults and children."),
    )
    assert (found.added, found.removed, found.is_change) == (4, 2, True)


def test_difference_of_the_same_text_is_none() -> None:
    found = difference("One two.", "One two.")
    assert (found.parts, found.is_change) == ((Part("same", "One two."),), False)


def test_difference_of_white_space_alone_counts_no_word() -> None:
    assert difference("One two", "One\n\ntwo").is_change is False


def test_difference_from_nothing_is_all_added() -> None:
    assert difference("", "Two words").parts == (Part("added", "Two words"),)
    assert difference("Two words", "").parts == (Part("removed", "Two words"),)
