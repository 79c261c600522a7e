"""Places that a text names, by name: countries and their people, areas of several countries, and towns.

Texts say where work is done ("pilots in Lisbon", "Greek islands"), and who works there sits there. Countries and areas are
listed here; towns are those where organisations sit, with the English names of those that are called otherwise in English.
Codes are those of CORDIS: two letters, EL and UK as the Union writes them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

import numpy as np
from scipy import sparse

from cofund.analysis.words import Matrix, terms

# Code, then the names of the country and of its people, with commas between.
_COUNTRIES = """
AD andorra
AE emirates
AF afghanistan, afghan
AL albania, albanian, tirana
AM armenia, armenian
AO angola, angolan
AR argentina, argentine, argentinian
AT austria, austrian
AU australia, australian
AZ azerbaijan, azerbaijani
BA bosnia, bosnian, herzegovina, sarajevo
BD bangladesh, bangladeshi
BE belgium, belgian, flanders, flemish, wallonia, walloon
BF burkina faso
BG bulgaria, bulgarian
BI burundi
BJ benin
BO bolivia, bolivian
BR brazil, brazilian
BW botswana
BY belarus, belarusian
CA canada, canadian
CD congo, congolese
CF central african republic
CG congo
CH switzerland, swiss
CI ivory coast, ivoire, ivorian
CL chile, chilean
CM cameroon, cameroonian
CN china, chinese
CO colombia, colombian
CR costa rica
CU cuba, cuban
CV cabo verde, cape verde
CY cyprus, cypriot
CZ czechia, czech, moravia, moravian, bohemia, bohemian
DE germany, german, bavaria, bavarian, saxony, brandenburg
DK denmark, danish
DO dominican
DZ algeria, algerian
EC ecuador, ecuadorian
EE estonia, estonian
EG egypt, egyptian
EL greece, greek, crete, cretan, hellenic
ES spain, spanish, catalonia, catalan, andalusia, andalusian, basque, galicia, galician
ET ethiopia, ethiopian
FI finland, finnish, lapland
FO faroe
FR france, french, brittany, provence, normandy
GA gabon
GE georgia, georgian
GH ghana, ghanaian
GL greenland, greenlandic
GM gambia
GN guinea
GQ equatorial guinea
GT guatemala
GW guinea bissau
HK hong kong
HN honduras
HR croatia, croatian, dalmatia, istria
HT haiti
HU hungary, hungarian
ID indonesia, indonesian
IE ireland, irish
IL israel, israeli
IN india, indian
IQ iraq, iraqi
IR iran, iranian
IS iceland, icelandic
IT italy, italian, tuscany, tuscan, sicily, sicilian, sardinia, sardinian, lombardy, piedmont, veneto, apulia, emilia
JM jamaica
JO jordan, jordanian
JP japan, japanese
KE kenya, kenyan
KG kyrgyzstan, kyrgyz
KH cambodia
KR korea, korean
KZ kazakhstan, kazakh
LA laos
LB lebanon, lebanese
LI liechtenstein
LK sri lanka
LR liberia, liberian
LS lesotho
LT lithuania, lithuanian
LU luxembourg, luxembourgish
LV latvia, latvian
LY libya, libyan
MA morocco, moroccan
MC monaco
MD moldova, moldovan
ME montenegro, montenegrin
MG madagascar
MK macedonia, macedonian
ML mali, malian
MN mongolia, mongolian
MR mauritania
MT malta, maltese
MU mauritius
MW malawi, malawian
MX mexico, mexican
MY malaysia, malaysian
MZ mozambique, mozambican
NA namibia, namibian
NE niger
NG nigeria, nigerian
NL netherlands, dutch, holland
NO norway, norwegian, svalbard
NP nepal
NZ zealand
PA panama
PE peru, peruvian
PG papua
PH philippines
PK pakistan, pakistani
PL poland, polish, silesia, silesian
PS palestine, palestinian
PT portugal, portuguese, azores, azorean, madeira, algarve, alentejo
PY paraguay
QA qatar
RO romania, romanian, transylvania
RS serbia, serbian, vojvodina
RU russia, russian
RW rwanda, rwandan
SA saudi
SD sudan, sudanese
SE sweden, swedish
SG singapore
SI slovenia, slovenian, slovene
SK slovakia, slovak
SL sierra leone
SN senegal, senegalese
SO somalia
SZ eswatini, swaziland
TD chad
TG togo
TH thailand, thai
TJ tajikistan
TM turkmenistan
TN tunisia, tunisian
TR turkey, turkish, türkiye, turkiye, anatolia
TW taiwan, taiwanese
TZ tanzania, tanzanian
UA ukraine, ukrainian
UG uganda, ugandan
UK uk, british, britain, england, english, scotland, scottish, wales, welsh, united kingdom
US usa, american, united states
UY uruguay
UZ uzbekistan, uzbek
VE venezuela
VN vietnam, vietnamese
XK kosovo, kosovar
ZA south africa, south african
ZM zambia, zambian
ZW zimbabwe
"""
_AFRICA = "BF BI BJ BW CD CF CG CI CM ET GA GH GM GN GW KE LR LS MG ML MW MZ NA NE NG RW SL SN SZ TD TG TZ UG ZA ZM ZW"
# An area, then the countries that lie in it or on it.
_AREAS = {
    "adriatic": "AL BA HR IT ME SI", "aegean": "EL TR", "africa": _AFRICA, "african": _AFRICA, "sub saharan": _AFRICA,
    "alpine": "AT CH DE FR IT SI", "alps": "AT CH DE FR IT SI", "arctic": "CA DK FI FO GL IS NO SE",
    "asia": "CN ID IN JP KR MY PH SG TH TW VN", "asian": "CN ID IN JP KR MY PH SG TH TW VN",
    "balkan": "AL BA BG HR ME MK RO RS XK", "balkans": "AL BA BG HR ME MK RO RS XK", "baltic": "DE DK EE FI LT LV PL SE",
    "benelux": "BE LU NL", "black sea": "BG GE MD RO TR UA", "carpathian": "PL RO SK UA", "carpathians": "PL RO SK UA",
    "caucasus": "AM AZ GE", "central asia": "KG KZ TJ TM UZ", "danube": "AT BG DE HR HU RO RS SK",
    "iberian": "ES PT", "latin america": "AR BO BR CL CO CR CU EC MX PA PE PY UY", "maghreb": "DZ LY MA MR TN",
    "latin american": "AR BO BR CL CO CR CU EC MX PA PE PY UY",
    "mediterranean": "CY DZ EG EL ES FR HR IL IT LB MA MT SI TN TR", "nordic": "DK FI FO IS NO SE",
    "north sea": "BE DE DK NL NO UK", "pyrenees": "ES FR", "scandinavia": "DK NO SE", "scandinavian": "DK NO SE",
    "visegrad": "CZ HU PL SK", "western balkans": "AL BA ME MK RS XK",
    # Countries of low performance in research, Regulation (EU) 2021/695, Article 2(17).
    "widening": "BG CY CZ EE EL HR HU LT LV MT PL PT RO SI SK",
}  # fmt: skip
# The English name of a town, then how CORDIS calls it, without accents.
_ENGLISH = """
antwerp=antwerpen, athens=athina, basle=basel, belgrade=beograd, bern=berne, bruges=brugge, brussels=bruxelles,
brussels=brussel, bucharest=bucuresti, cologne=koln, copenhagen=kobenhavn, cracow=krakow, dusseldorf=duesseldorf,
florence=firenze, frankfurt=frankfurt am main, freiburg=freiburg im breisgau, geneva=geneve, genoa=genova, ghent=gent,
gothenburg=goteborg, gothenburg=goeteborg, gottingen=goettingen, hague=den haag, heraklion=irakleio, iraklion=irakleio,
kiev=kyiv, leuven=heverlee, liege=luik, limassol=lemesos, lisbon=lisboa, louvain=louvain la neuve, lyons=lyon,
mantua=mantova, milan=milano, moscow=moskva, munich=munchen, munich=muenchen, naples=napoli, nicosia=lefkosia,
nuremberg=nurnberg, nuremberg=nuernberg, oporto=porto, padua=padova, patras=rio patras, piraeus=peiraias, prague=praha,
rome=roma, salonika=thessaloniki, san sebastian=donostia san sebastian, seville=sevilla, saragossa=zaragoza,
syracuse=siracusa, thessaloniki=thermi thessaloniki, turin=torino, venice=venezia, vienna=wien, warsaw=warszawa,
zurich=zuerich
"""
# Letters that do not come apart into a letter and an accent.
_LETTERS = str.maketrans({"ø": "o", "ß": "ss", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i", "ð": "d", "þ": "th"})
_LEAST_LETTERS = 3  # of the name of a town


def fold(words: str) -> str:
    """Words in lower case without accents."""
    apart = unicodedata.normalize("NFKD", words.lower().translate(_LETTERS))
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def town(stated: str) -> str:
    """The name of a town as it is compared, without post codes: `PARIS CEDEX 07` and `Paris (France)` are `paris`."""
    name = re.sub(r"\(.*?\)|\d+|\bcedex\b|/.*", " ", fold(stated))
    return " ".join(re.findall(r"\w\w+", name))


def countries_by_term(vocabulary: Sequence[str], countries: Sequence[str]) -> Matrix:
    """Which term names which country: term × country, in the order of both; 1 for a name of one word, else its pairs share it."""
    codes = {code: place for place, code in enumerate(countries)}
    named: dict[str, set[int]] = {}
    for line in _COUNTRIES.strip().splitlines():
        for name in line[3:].split(", "):
            named.setdefault(name, set()).update({codes[line[:2]]} if line[:2] in codes else ())
    for name, area in _AREAS.items():
        named.setdefault(name, set()).update(codes[code] for code in area.split() if code in codes)
    return _table(vocabulary, named, len(countries))


def towns_by_term(vocabulary: Sequence[str], towns: Sequence[str]) -> Matrix:
    """Which term names which town: term × town, in the order of both; as `countries_by_term`."""
    named: dict[str, set[int]] = {}
    for place, name in enumerate(towns):
        if len(name) >= _LEAST_LETTERS:
            named.setdefault(name, set()).add(place)
    for pair in _ENGLISH.replace("\n", " ").split(","):
        english, local = pair.strip().split("=")
        named.setdefault(english, set()).update(named.get(local, set()))
    return _table(vocabulary, named, len(towns))


def _table(vocabulary: Sequence[str], named: dict[str, set[int]], width: int) -> Matrix:
    parts: dict[str, list[tuple[int, float]]] = {}
    for name, places in named.items():
        found = _terms_of(name)
        for term in found:
            parts.setdefault(term, []).extend((place, 1 / len(found)) for place in sorted(places))
    rows, columns, shares = [], [], []
    for row, term in enumerate(vocabulary):
        for place, share in parts.get(term if term.isascii() else fold(term), ()):
            rows.append(row)
            columns.append(place)
            shares.append(share)
    table = sparse.csr_matrix((np.array(shares, np.float32), (rows, columns)), (len(vocabulary), width))
    table.data = np.minimum(table.data, 1)
    return table


def _terms_of(name: str) -> list[str]:
    """The terms by which a name is found in counts: its word, or all pairs of its words."""
    found = terms(name)
    pairs = [term for term in found if " " in term]
    return list(dict.fromkeys(pairs or found))
