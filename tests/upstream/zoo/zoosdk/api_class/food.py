import dataclasses

from . import enums
from .abstract import ApiClass, _ApiClassFactory


@dataclasses.dataclass
class Food(ApiClass):
    _upper_snake_case_keys: bool = dataclasses.field(default=True, repr=False, init=False)
    _support_kwargs: bool = dataclasses.field(default=True, repr=False, init=False)

    kwargs: dict = dataclasses.field(default_factory=dict)
    food_kind: enums.FoodKind = dataclasses.field(default=None, repr=False, init=False)
    portion: enums.Portion = dataclasses.field(default=enums.Portion.SMALL)


@dataclasses.dataclass
class DryFood(Food):
    grams: int = dataclasses.field(default=None)
    mixed_with: list[str] = dataclasses.field(default=None, metadata={"deprecated": True})

    def __post_init__(self):
        self.food_kind = enums.FoodKind.DRY


@dataclasses.dataclass
class WetFood(Food):
    tins: dict[str, float] = dataclasses.field(default=None)

    def __post_init__(self):
        self.food_kind = enums.FoodKind.WET


@dataclasses.dataclass
class _FoodFactory(_ApiClassFactory):
    config_abstract_class = Food
    config_class_key = "food_kind"
    config_class_map = {
        enums.FoodKind.DRY: DryFood,
        enums.FoodKind.WET: WetFood,
    }


@dataclasses.dataclass
class Label(ApiClass):
    text: str
    font_size: int = 12

    def to_dict(self):
        return {"text": self.text, "font_size": self.font_size, "kind": "label"}


@dataclasses.dataclass
class Note(ApiClass):
    body: str
    kind: str

    def __init__(self, body: str, pinned: bool = False):
        self.kind = "note"
        self.body = body
        self.pinned = pinned

    def to_dict(self):
        return {"kind": self.kind, "body": self.body, "pinned": self.pinned}
