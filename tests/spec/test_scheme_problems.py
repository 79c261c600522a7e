"""Wrong scheme files and what their writer is told. One row a mistake: what is changed, and the whole message."""

import pytest
from tests.scheme_examples import SIXTH

from cofund.rules.scheme_parsing import parse
from cofund.rules.scheme_problems import SchemeError

SHARE_TEST = (
    '[[share_tests]]\nid = "t"\nlabel = "T"\nnumerator = ["%s"]\ndenominator = ["CASH"]\n'
    'level = "project"\nseverity = "warn"\n%s'
    '[[sources]]\nkey = "%s"\nsource = "Deed"\ncertainty = "verified"\n'
)
MINIMUM = 'minimum = "0.5"\n'


def with_test(term: str, limit: str = MINIMUM, key: str = "share_tests.t.minimum") -> tuple[str, str]:
    return '[[sources]]\nkey = "starts_on"', SHARE_TEST % (term, limit, key) + '[[sources]]\nkey = "starts_on"'


def unsourced(path: str, key: str) -> str:
    expected = f'[[sources]] with key = "{key}", source and certainty'
    return f"harbour.toml: {path}: found a figure without source, expected {expected}"


WRONG = [
    (
        "in_kind = false",
        "in_kind = false\noutside_project = true",
        "tranches[0].kinds: found nothing, expected the kinds that it matches: "
        "all that the role 'investor' may give are outside of projects",
    ),
    # one value
    ('ratio = "2/3"', 'ratio = "one"', 'tranches[0].ratio: found \'one\', expected a fraction such as "1" or "2/3"'),
    ('ratio = "2/3"', 'ratio = "1/0"', "tranches[0].ratio: found '1/0', expected a fraction whose lower part is not 0"),
    (
        'ratio = "2/3"',
        "ratio = 0.67",
        'tranches[0].ratio: found 0.67, expected "0.67" in quotation marks: a decimal number without them is not exact',
    ),
    (
        'cap = "30000000.50"',
        "cap = 30000000.5",
        'tranches[0].cap: found 30000000.5, expected a whole number, or "30000000.5" in quotation marks: '
        "a decimal number without them is not exact",
    ),
    (
        'cap = "30000000.50"',
        'cap = "30,000,000"',
        "tranches[0].cap: found '30,000,000', expected an amount such as 213000000 or \"1250.50\"",
    ),
    (
        'cap = "30000000.50"',
        "cap = 0",
        "tranches[0].cap: found 0, expected an amount above 0 and at most 1,000,000,000,000,000",
    ),
    (
        'currency = "USD"',
        'currency = "dollar"',
        "currency: found 'dollar', expected a currency code of three capital letters such as \"EUR\"",
    ),
    (
        "starts_on = 2026-01-01",
        'starts_on = "1 January 2026"',
        "starts_on: found '1 January 2026', expected a date without quotation marks, such as 2014-06-27",
    ),
    (
        "in_kind = false",
        'in_kind = "no"',
        "kinds[0].in_kind: found 'no', expected true or false, without quotation marks",
    ),
    (
        'side = "partner"',
        'side = "partners"',
        "roles[0].side: found 'partners', expected one of member, other, partner (did you mean 'partner'?)",
    ),
    ('name = "Harbour Fund"', 'name = ""', "name: found '', expected a text in quotation marks"),
    (
        "starts_on = 2026-01-01",
        'starts_on = 2026-01-01\nacknowledgement = "Paid by {scheem}"',
        "acknowledgement: found 'Paid by {scheem}', expected as placeholder one of grant_agreement, members, partners, "
        "project, public_funder, scheme (did you mean 'scheme'?)",
    ),
    (
        'board = "Investment committee"',
        'bord = "Investment committee"',
        "labels: found 'bord', expected one of advisory, board, letter, office, project, public_funder, public_money, "
        "states, topic (did you mean 'board'?)",
    ),
    # keys
    (
        'matched_role = "investor"',
        'matched_rolle = "investor"',
        "tranches[0].matched_rolle: found an unknown key, expected one of additional, allocation, basis, cap, "
        "cap_per_partner, cap_per_project, cap_per_topic, code, concentration_warning, kinds, label, matched_role, "
        "minimum_contribution, ratio, reallocation, rounding, valid_from, valid_until, yearly_caps "
        "(did you mean 'matched_role'?)\n"
        "harbour.toml: tranches[0].matched_role: found nothing, expected this key, which a scheme must state",
    ),
    (
        "[labels]",
        "[publication]\nfrom_stage = 3\n\n[labels]",
        "publication.from_stage: found 3, expected one of accepted, committed, endorsed, pledged",
    ),
    (
        "[labels]",
        "calendar = 3\n\n[labels]",
        "calendar: found 3, expected a list of tables, each begun by [[calendar]]",
    ),
    (
        "[labels]",
        "decision_rule = 3\n\n[labels]",
        "decision_rule: found 3, expected a table, begun by [decision_rule]",
    ),
    # references
    (
        'matched_role = "investor"',
        'matched_role = "invester"',
        "tranches[0].matched_role: found 'invester', expected a role: one of investor (did you mean 'investor'?)",
    ),
    (
        'ratio = "2/3"',
        'ratio = "2/3"\nkinds = ["GOLD"]',
        "tranches[0].kinds: found 'GOLD', expected a kind: one of CASH",
    ),
    (
        'given_by = ["investor"]',
        'given_by = ["investor", "bank"]',
        "kinds[0].given_by: found 'bank', expected a role: one of investor",
    ),
    (
        "in_kind = false",
        "in_kind = true\nthrough_office = true",
        "kinds[0].through_office: found true, expected false, for only money passes through the office",
    ),
    (
        "[[kinds]]",
        '[[role_exclusions]]\nrole = "investor"\nexcludes = ["investor"]\n'
        'scope = "scheme"\nseverity = "block"\n\n[[kinds]]',
        "role_exclusions[0].excludes: found 'investor', expected other roles than the one that excludes them",
    ),
    (
        "[[roles]]",
        '[[tranches]]\ncode = "second"\nlabel = "Second"\ncap = 5\nmatched_role = "investor"\nratio = "1"\n\n[[roles]]',
        "tranches[1].matched_role: found 'investor', expected a role that no other tranche matches (pool does)\n"
        + unsourced("tranches[1].cap", "tranches.second.cap")
        + "\n"
        + unsourced("tranches[1].ratio", "tranches.second.ratio"),
    ),
    (
        "[[roles]]",
        '[tranches.reallocation]\nto = "pool"\nlimit = 5\n\n[[sources]]\nkey = "tranches.pool.reallocation.limit"\n'
        'source = "Deed"\ncertainty = "verified"\n\n[[roles]]',
        "tranches[0].reallocation.to: found 'pool', expected a tranche from which the money does not come back",
    ),
    # sums and order
    (
        "starts_on = 2026-01-01",
        "starts_on = 2026-01-01\nends_on = 2025-12-31",
        "ends_on: found 2025-12-31, expected 2026-01-01 (starts_on) or a later day\n" + unsourced("ends_on", "ends_on"),
    ),
    # share tests
    (
        *with_test("CASH@nobody"),
        "share_tests[0].numerator: found 'CASH@nobody', expected a role or place after @: "
        "one of associated, eu, investor, third",
    ),
    (
        *with_test("GOLD@third"),
        "share_tests[0].numerator: found 'GOLD@third', expected a kind or measure before the "
        "first @: one of CASH, eligible_costs, public_money",
    ),
    (
        *with_test("CASH@third@eu"),
        "share_tests[0].numerator: found 'CASH@third@eu', expected a term such as \"IKOP\", "
        '"IKAA@member" or "IKOP@third" (places: eu, associated, third)',
    ),
    (*with_test("CASH", "", "share_tests.t.level"), "share_tests[0]: found no limit, expected a minimum or a maximum"),
    # sources
    (
        'key = "tranches.pool.ratio"',
        'key = "tranches.pool.rato"',
        "sources[2].key: found 'tranches.pool.rato', expected a key that this file states: "
        "(did you mean 'tranches.pool.ratio'?)\n" + unsourced("tranches[0].ratio", "tranches.pool.ratio"),
    ),
    (
        'certainty = "verified"\n\n[[sources]]\nkey = "tranches.pool.cap"',
        'certainty = "sure"\n\n[[sources]]\nkey = "tranches.pool.cap"',
        "sources[0].certainty: found 'sure', expected one of article, assumed, inferred, recalled, verified",
    ),
    # not TOML
    ('currency = "USD"', "currency = USD", "line 4, column 12: found invalid value, expected valid TOML"),
    (
        'code = "harbour"',
        'code = "x"\ncode = "harbour"',
        "line 2, column 17: found cannot overwrite a value, expected valid TOML",
    ),
]


@pytest.mark.parametrize(
    ("right", "wrong", "message"), WRONG, ids=[row[2].split(":")[0] + str(i) for i, row in enumerate(WRONG)]
)
def test_wrong_scheme_is_told_what_is_wrong(right: str, wrong: str, message: str):
    assert SIXTH.count(right) == 1
    with pytest.raises(SchemeError) as caught:
        parse(SIXTH.replace(right, wrong), file="harbour.toml")
    assert str(caught.value) == f"harbour.toml: {message}"


def test_two_mistakes_are_told_at_once():
    text = SIXTH.replace('ratio = "2/3"', 'ratio = "one"').replace('currency = "USD"', "currency = 1")
    with pytest.raises(SchemeError) as caught:
        parse(text, file="harbour.toml")
    assert [problem.key for problem in caught.value.problems] == ["currency", "tranches[0].ratio"]


def test_empty_file_is_told_what_a_scheme_must_state():
    with pytest.raises(SchemeError) as caught:
        parse("", file="empty.toml")
    assert [problem.key for problem in caught.value.problems] == [
        "code",
        "version",
        "name",
        "currency",
        "tranches",
        "roles",
        "kinds",
    ]
