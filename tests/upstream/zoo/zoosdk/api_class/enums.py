from enum import Enum


def deprecated_enums(*values):
    return lambda cls: cls


class ApiEnum(Enum):
    __deprecated_values__ = []


@deprecated_enums("DRAGON")
class Species(ApiEnum):
    CAT = "cat"
    DRAGON = "DRAGON"


class Portion(ApiEnum):
    SMALL = 1
    LARGE = 3


class FoodKind(ApiEnum):
    DRY = "DRY"
    WET = "WET"
