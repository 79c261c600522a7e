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
KP north korea, north korean
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
NZ new zealand
PA panama
PE peru, peruvian
PG papua, new guinea
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
UK uk, northern ireland, northern irish, british, britain, england, scotland, scottish, wales, welsh, united kingdom
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
_SUB_SAHARAN = (
    "AO BF BI BJ BW CD CF CG CI CM CV DJ ER ET GA GH GM GN GQ GW KE KM LR LS MG ML MR MU MW MZ NA NE NG RW SC SD SL SN SO SS ST "
    "SZ TD TG TZ UG ZA ZM ZW"
)
_AFRICA = f"DZ EG LY MA TN {_SUB_SAHARAN}"
_ASIA = "BD BT CN HK ID IN JP KG KH KR KZ LA LK MM MN MY NP PH PK SG TH TJ TM TW UZ VN"
_LATIN = "AR BO BR CL CO CR CU DO EC GT HN MX NI PA PE PY SV UY VE"
_SOUTH = "AR BO BR CL CO EC PE PY UY VE"
_BALKANS = "AL BA BG EL HR ME MK RO RS XK"
# An area, then the countries that lie in it or on it; of the Danube, the Baltic and the Alps those of the Union's strategies for
# them, of the Carpathians those of their convention.
_AREAS = {
    "adriatic": "AL BA HR IT ME SI", "aegean": "EL TR", "africa": _AFRICA, "african": _AFRICA, "alpine": "AT CH DE FR IT LI SI",
    "alps": "AT CH DE FR IT LI SI", "arctic": "CA DK FI FO GL IS NO RU SE US", "asia": _ASIA, "asian": _ASIA,
    "balkan": _BALKANS, "balkans": _BALKANS, "baltic": "DE DK EE FI LT LV PL SE", "benelux": "BE LU NL",
    "black sea": "BG GE MD RO RU TR UA", "carpathian": "CZ HU PL RO RS SK UA", "carpathians": "CZ HU PL RO RS SK UA",
    "caucasus": "AM AZ GE", "central asia": "KG KZ TJ TM UZ", "danube": "AT BA BG CZ DE HR HU MD ME RO RS SI SK UA",
    "iberian": "AD ES PT", "latin america": _LATIN, "latin american": _LATIN, "maghreb": "DZ LY MA MR TN",
    "mediterranean": "AL BA CY DZ EG EL ES FR HR IL IT LB LY MA MC ME MT PS SI SY TN TR", "nordic": "DK FI FO GL IS NO SE",
    "north africa": "DZ EG LY MA TN", "north african": "DZ EG LY MA TN", "north america": "CA MX US",
    "north american": "CA MX US", "north sea": "BE DE DK FR NL NO UK", "pyrenees": "AD ES FR", "saharan africa": _SUB_SAHARAN,
    "saharan african": _SUB_SAHARAN, "scandinavia": "DK NO SE", "scandinavian": "DK NO SE", "south america": _SOUTH,
    "south american": _SOUTH, "sub saharan": _SUB_SAHARAN, "visegrad": "CZ HU PL SK",
    "western balkan": "AL BA ME MK RS XK", "western balkans": "AL BA ME MK RS XK",
    # The members of the Union that Horizon Europe widens participation to.
    "widening": "BG CY CZ EE EL HR HU LT LV MT PL PT RO SI SK",
}  # fmt: skip
# Pairs in which the name of a country means something else, then where that lies; nowhere for animals, illnesses and the like.
_OTHERWISE = {
    "african swine": "", "ancient greece": "", "ancient greek": "", "aspergillus niger": "", "brazil nut": "", "brazil nuts": "",
    "british columbia": "CA", "chinese hamster": "", "congo red": "", "crimean congo": "", "georgia institute": "US",
    "georgia usa": "US", "guinea fowl": "", "guinea pig": "", "guinea pigs": "", "indian ocean": "", "irish sea": "IE UK",
    "japanese encephalitis": "", "new england": "US", "new mexico": "US", "niger delta": "NG", "norway rat": "", "norway rats": "",
    "norway spruce": "", "spanish flu": "", "swiss cheese": "",
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
    """Which term names which country: term × country, in the order of both; 1 where it does.

    A pair takes back what its words alone would name: with *South Africa* stands -1 for all of Africa but the country, so that
    in the sum of a text's terms only the country is left.
    """
    codes = {code: place for place, code in enumerate(countries)}
    named: dict[str, set[int]] = {}
    for line in _COUNTRIES.strip().splitlines():
        for name in line[3:].split(", "):
            named.setdefault(name_term(name), set()).update({codes[line[:2]]} if line[:2] in codes else ())
    for name, area in (*_AREAS.items(), *_OTHERWISE.items()):
        named.setdefault(name_term(name), set()).update(codes[code] for code in area.split() if code in codes)
    return _table(vocabulary, named, len(countries))


def towns_by_term(vocabulary: Sequence[str], towns: Sequence[str]) -> Matrix:
    """Which term names which town: term × town, in the order of both; as `countries_by_term`."""
    named: dict[str, set[int]] = {}
    for place, name in enumerate(towns):
        if len(name) >= _LEAST_LETTERS and (term := name_term(name)):
            named.setdefault(term, set()).add(place)
    for pair in _ENGLISH.replace("\n", " ").split(","):
        english, local = pair.strip().split("=")
        named.setdefault(name_term(english), set()).update(named.get(name_term(local), set()))
    return _table(vocabulary, named, len(towns))


def name_term(name: str) -> str:
    """The term by which a name is found: its word, or of several words the longest pair; empty where all are too common."""
    found = terms(name)
    return max([term for term in found if " " in term] or found, key=len, default="")


def _table(vocabulary: Sequence[str], named: dict[str, set[int]], width: int) -> Matrix:
    rows, columns, values = [], [], []
    for row, term in enumerate(vocabulary):
        found = term if term.isascii() else fold(term)
        if found not in named:
            continue
        own = named[found]
        within = {place for word in found.split() if " " in found for place in named.get(word, ())}
        for place in sorted(own | within):
            rows.append(row)
            columns.append(place)
            values.append(float(place in own) - float(place in within))
    table = sparse.csr_matrix((np.array(values, np.float32), (rows, columns)), (len(vocabulary), width))
    table.eliminate_zeros()
    return table
