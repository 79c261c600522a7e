"""Installing a scheme makes a version, and only a changed text makes another."""

from datetime import UTC, datetime
from fractions import Fraction

import pytest
from tests.scheme_examples import SIXTH

from cofund.actions.schemes import install
from cofund.queries import schemes as queries
from cofund.records.directory.models import AuditEvent
from cofund.records.programme.models import Scheme, SchemeVersion, Tranche
from cofund.rules.scheme_problems import SchemeError
from cofund.schemes import shipped

pytestmark = pytest.mark.django_db

AT = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
NEXT = SIXTH.replace('version = "2026-1"', 'version = "2026-2"').replace('ratio = "2/3"', 'ratio = "1"')


def put(text: str, file: str = "harbour.toml") -> SchemeVersion:
    return install(text, file=file, actor_name="Officer", at=AT)


def test_install_makes_scheme_tranche_version_and_audit_row():
    version = put(SIXTH)
    assert (version.number, version.label, version.content, version.recorded_at) == (1, "2026-1", SIXTH, AT)
    assert list(Scheme.objects.values_list("code", "name", "currency")) == [("harbour", "Harbour Fund", "USD")]
    assert list(Tranche.objects.values_list("code", "name")) == [("pool", "Matched by investors")]
    assert list(AuditEvent.objects.values_list("action", "subject", "actor_name", "before", "after__label")) == [
        ("scheme.install", "harbour/version/1", "Officer", None, "2026-1")
    ]


def test_install_of_the_same_text_changes_nothing():
    assert put(SIXTH) == put(SIXTH)
    assert (SchemeVersion.objects.count(), AuditEvent.objects.count()) == (1, 1)


def test_install_of_a_changed_text_is_a_new_version_and_the_old_one_stays():
    first, second = put(SIXTH), put(NEXT)
    current, row = queries.current("harbour")
    assert (second.number, row) == (2, second)
    assert current.tranche("pool").ratio == Fraction(1)
    assert queries.of_version(first.pk).tranche("pool").ratio == Fraction(2, 3)


def test_install_of_a_wrong_text_leaves_nothing_behind():
    with pytest.raises(SchemeError):
        put(SIXTH.replace('ratio = "2/3"', 'ratio = "one"'))
    assert (Scheme.objects.count(), AuditEvent.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("right", "wrong", "message"),
    [
        ('"USD"', '"EUR"', "harbour.toml: currency: found 'EUR', expected 'USD', in which the books are kept"),
        (
            "pool",
            "lake",
            "harbour.toml: tranches: found no tranche 'pool', expected every tranche of the version before",
        ),
    ],
)
def test_install_refuses_what_the_books_forbid(right: str, wrong: str, message: str):
    put(SIXTH)
    with pytest.raises(SchemeError) as caught:
        put(SIXTH.replace(right, wrong))
    assert str(caught.value) == message
    assert (SchemeVersion.objects.count(), Tranche.objects.count()) == (1, 1)


def test_install_of_a_replaced_text_asks_for_a_new_label():
    put(SIXTH)
    put(NEXT)
    with pytest.raises(SchemeError) as caught:
        put(SIXTH)
    assert [problem.found for problem in caught.value.problems] == [
        "the very text of version 1, which was replaced since"
    ]


def test_current_reads_one_row_and_parses_once(django_assert_num_queries):
    version = put(SIXTH)
    queries.current("harbour")
    with django_assert_num_queries(1):
        scheme, _ = queries.current("harbour")
    with django_assert_num_queries(1):
        assert queries.of_version(version.pk) is scheme


def test_current_of_a_scheme_that_is_not_installed_says_what_there_is():
    put(SIXTH)
    with pytest.raises(queries.SchemeNotInstalledError) as caught:
        queries.current("imi3")
    assert (caught.value.scheme_code, caught.value.installed) == ("imi3", ("harbour",))


def test_all_shipped_schemes_install_side_by_side():
    for file, text in shipped().items():
        put(text, file)
    assert queries.installed() == ("cbe", "edctp3", "foundation", "ihi", "imi2")
