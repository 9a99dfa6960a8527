"""The centers of a generated network: where they are, how large, and which students and classes each one has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Final

# Territory, code, language, number of its telephone range, then each zone with cities.
_TERRITORIES: Final = (
    ("Italy", "IT", "it", 1, "Europe/Rome:Milano,Roma,Torino,Napoli,Bologna"),
    ("Spain", "ES", "es", 1, "Europe/Madrid:Madrid,Sevilla,Bilbao,València Atlantic/Canary:Las Palmas,Tenerife"),
    ("Germany", "DE", "de", 3, "Europe/Berlin:Berlin,München,Köln,Düsseldorf,Leipzig"),
    ("France", "FR", "fr", 1, "Europe/Paris:Paris,Lyon,Nîmes,Besançon,Toulouse"),
    ("Poland", "PL", "pl", 3, "Europe/Warsaw:Warszawa,Łódź,Kraków,Gdańsk,Wrocław"),
    ("Türkiye", "TR", "tr", 0, "Europe/Istanbul:İstanbul,Ankara,İzmir,Eskişehir"),
    ("Portugal", "PT", "pt", 1, "Europe/Lisbon:Lisboa,Porto,Évora Atlantic/Azores:Ponta Delgada"),
    ("Brazil", "BR", "pt", 0, "America/Sao_Paulo:São Paulo,Curitiba,Goiânia,Niterói America/Manaus:Manaus"),
    ("Mexico", "MX", "es", 0, "America/Mexico_City:Ciudad de México,Puebla,León America/Tijuana:Tijuana"),
    ("Argentina", "AR", "es", 0, "America/Argentina/Buenos_Aires:Buenos Aires,Rosario,Córdoba"),
    ("Chile", "CL", "es", 0, "America/Santiago:Santiago,Valparaíso,Concepción"),
    ("Colombia", "CO", "es", 0, "America/Bogota:Bogotá,Medellín,Cali"),
    ("Saudi Arabia", "SA", "ar", 2, "Asia/Riyadh:Riyadh,Jeddah,Dammam"),
    ("Morocco", "MA", "ar", 1, "Africa/Casablanca:Casablanca,Rabat,Fès"),
    ("Egypt", "EG", "ar", 2, "Africa/Cairo:Cairo,Giza,Alexandria"),
    ("China", "CN", "zh", 2, "Asia/Shanghai:Shanghai,Beijing,Chengdu,Shenzhen,Xi’an"),
    ("Japan", "JP", "ja", 4, "Asia/Tokyo:Tokyo,Osaka,Kyoto,Sapporo"),
    ("Korea", "KR", "ko", 4, "Asia/Seoul:Seoul,Busan,Daegu"),
    ("Vietnam", "VN", "vi", 4, "Asia/Ho_Chi_Minh:Hà Nội,Đà Nẵng,Sài Gòn"),
    ("Thailand", "TH", "th", 4, "Asia/Bangkok:Bangkok,Chiang Mai,Phuket"),
    ("India", "IN", "hi", 2, "Asia/Kolkata:Pune,Mumbai,Delhi,Bengaluru"),
    ("Kazakhstan", "KZ", "ru", 3, "Asia/Almaty:Алматы,Астана Asia/Aqtau:Ақтау"),
    ("Greece", "GR", "el", 3, "Europe/Athens:Αθήνα,Θεσσαλονίκη,Πάτρα"),
    ("Israel", "IL", "he", 2, "Asia/Jerusalem:Tel Aviv,Haifa,Jerusalem"),
    ("Czechia", "CZ", "cs", 3, "Europe/Prague:Praha,Brno,Plzeň"),
    ("Hungary", "HU", "hu", 3, "Europe/Budapest:Budapest,Győr,Pécs"),
    ("Romania", "RO", "ro", 3, "Europe/Bucharest:București,Iași,Timișoara"),
    ("Nordics", "ND", "da", 5, "Europe/Copenhagen:København,Aarhus,Ålborg Europe/Helsinki:Helsinki,Turku"),
    ("Canada", "CA", "fr", 0, "America/Toronto:Montréal,Toronto,Québec America/Vancouver:Vancouver,Victoria"),
    ("Australia", "AU", "en", 4, "Australia/Sydney:Sydney,Newcastle Australia/Perth:Perth,Fremantle"),
)
_DISTRICTS: Final = ("Central", "Station", "Old Town", "University", "Riverside", "North", "Market", "Garden")
_CENTERS_PER_ONLINE = 15
_ONLINE_SHARE = 16  # one class in so many is online
_ONLINE_WEIGHT = 250


@dataclass(frozen=True, slots=True)
class Center:
    """A center, its students as a range of their numbers, and the students that its classes are for."""

    number: int
    reference: str
    name: str
    is_online: bool
    zone: str
    territory: int
    students: range
    audience: range
    classes: int


@dataclass(frozen=True, slots=True)
class Territory:
    """What the centers of a territory share."""

    name: str
    code: str
    language: str
    phones: int
    zones: tuple[tuple[str, tuple[str, ...]], ...]


def territories(centers: int) -> list[Territory]:
    """As many territories as a network of so many centers has."""
    count = min(max(centers // _CENTERS_PER_ONLINE, 2 if centers > 5 else 1), len(_TERRITORIES))
    return [
        Territory(name, code, language, phones, tuple(_zone(words) for words in _zones(zones)))
        for name, code, language, phones, zones in _TERRITORIES[:count]
    ]


def build_centers(count: int, students: int, classes: int) -> list[Center]:
    """The centers by number: physical ones from the largest to the smallest, then the online ones."""
    lands = territories(count)
    online = max(count // _CENTERS_PER_ONLINE, len(lands)) if count > 1 else 0
    physical = count - online
    home = [(index if index < physical else index - physical) % len(lands) for index in range(count)]
    weights = [150 + 2400 * (physical - rank) ** 2 // physical**2 for rank in range(physical)]
    weights += [_ONLINE_WEIGHT] * online
    # Numbers run through a territory before the next one begins, so that its students are one range too.
    order = sorted(range(count), key=lambda index: (home[index], index))
    own = dict(zip(order, _shares(students, [weights[index] for index in order]), strict=True))
    whole = [_span([own[index] for index in order if home[index] == land]) for land in range(len(lands))]
    audience = [own[index] if index < physical else whole[home[index]] for index in range(count)]
    taught = _taught(classes, [len(people) for people in audience], physical)
    return [
        Center(
            index + 1,
            f"{lands[home[index]].code}-{index + 1:04d}",
            *_named(lands[home[index]], index // len(lands), is_online=index >= physical),
            territory=home[index],
            students=own[index],
            audience=audience[index],
            classes=taught[index],
        )
        for index in range(count)
    ]


def _taught(classes: int, people: list[int], physical: int) -> list[int]:
    """How many classes each center gives; a large center more for each of its students than a small one."""
    online = classes // _ONLINE_SHARE if len(people) > physical and any(people[physical:]) else 0
    mean = sum(people[:physical]) // physical
    at_place = _shares(classes - online, [size * (size + mean) for size in people[:physical]])
    return [len(part) for part in (*at_place, *_shares(online, people[physical:]))]


def _shares(total: int, weights: Sequence[int]) -> list[range]:
    """Consecutive ranges that divide `total` by weight, without a remainder."""
    whole = sum(weights) or 1
    ends = [total * reached // whole for reached in accumulate(weights, initial=0)]
    return [range(start, end) for start, end in pairwise(ends)]


def _span(parts: list[range]) -> range:
    return range(parts[0].start, parts[-1].stop)


def _named(land: Territory, turn: int, *, is_online: bool) -> tuple[str, bool, str]:
    # The second zone of a territory has a third of its centers.
    zone, cities = land.zones[-1 if turn % 3 == 2 and not is_online else 0]
    if is_online:
        return f"{land.name} Online", True, zone
    return f"{cities[turn % len(cities)]} {_DISTRICTS[turn // len(cities) % len(_DISTRICTS)]}", False, zone


def _zones(words: str) -> list[str]:
    """`zone:city,city zone:city`, where names of cities may hold blanks, taken apart."""
    parts: list[str] = []
    for word in words.split(" "):
        if ":" in word:
            parts.append(word)
        else:
            parts[-1] += f" {word}"
    return parts


def _zone(words: str) -> tuple[str, tuple[str, ...]]:
    name, _, cities = words.partition(":")
    return name, tuple(cities.split(","))
