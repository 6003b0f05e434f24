"""Made-up shoppers: chance decides who they are, the same ones every time."""

from itertools import product
from random import Random

FIRST = [
    "Amina",
    "Bruno",
    "Carmen",
    "Dilan",
    "Elif",
    "Farid",
    "Greta",
    "Hugo",
    "Ines",
    "Jonas",
    "Kaya",
    "Lena",
    "Milo",
    "Nadia",
    "Oskar",
    "Priya",
    "Quentin",
    "Rosa",
    "Samir",
    "Tilda",
    "Uma",
    "Viktor",
    "Wanda",
    "Xavier",
    "Yara",
    "Zeno",
]
LAST = [
    "Almeida",
    "Bergmann",
    "Costa",
    "Dubois",
    "Eriksen",
    "Fischer",
    "Gallo",
    "Hoffmann",
    "Ivanova",
    "Jansen",
    "Kowalski",
    "Lefevre",
    "Moreau",
    "Novak",
    "Olsen",
    "Petrova",
    "Quinn",
    "Rossi",
    "Silva",
    "Tanaka",
]
STREETS = ("Mill Lane", "Rua da Bica", "Lindenstrasse", "Via Garibaldi", "Rue des Lilas")
TOWNS = (
    ("Porto", "4000-012", "Portugal"),
    ("Leipzig", "04109", "Germany"),
    ("Bologna", "40121", "Italy"),
    ("Nantes", "44000", "France"),
    ("Leeds", "LS1 4AP", "United Kingdom"),
)


def names(chance: Random, count: int) -> dict[str, str]:
    """Display names of so many people by their handles."""
    chosen = chance.sample(list(product(FIRST, LAST)), count)
    return {f"{first}_{last}".lower(): f"{first} {last}" for first, last in chosen}


def address(chance: Random, name: str) -> dict[str, str]:
    """Where somebody's order goes."""
    city, postcode, country = chance.choice(TOWNS)
    return {
        "name": name,
        "line1": f"{chance.choice(STREETS)} {chance.randint(1, 120)}",
        "line2": "",
        "postcode": postcode,
        "city": city,
        "country": country,
    }
