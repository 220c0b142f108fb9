from .return_class import AbstractApiClass
from .stay import Stay


class Pet(AbstractApiClass):
    """
    Args:
        client (ApiClient): Words of the vendor.
        petId (id): Words of the vendor.
        name (str): Words of the vendor.
        last24HoursMeals (int): Words of the vendor.
        nickNames (list[str]): Words of the vendor.
        isTame (bool): Words of the vendor.
        oddity (list of strings): Words of the vendor.
        oldName (str): Words of the vendor.
        stays (Stay): Words of the vendor.
        latestStay (Stay): Words of the vendor.
    """

    def __init__(
        self,
        client,
        petId=None,
        name=None,
        last24HoursMeals=None,
        nickNames=None,
        isTame=None,
        oddity=None,
        oldName=None,
        stays={},
        latestStay={},
    ):
        super().__init__(client, petId)
        self.pet_id = petId
        self.name = name
        self.last_24_hours_meals = last24HoursMeals
        self.nick_names = nickNames
        self.isTame = isTame
        self.oddity = oddity
        self.old_name = oldName
        self.stays = client._build_class(Stay, stays)
        self.latest_stay = client._build_class(Stay, latestStay)
        self.deprecated_keys = {"old_name"}

    def to_dict(self):
        return {}

    def rename(self, name: str, reason: str = None):
        """
        Words of the vendor.
        """
        return self.client.rename_pet(self.pet_id, name, reason)

    def describe(self):
        return self.client.describe_pet(self.pet_id)

    def refresh(self):
        self.__dict__.update(self.describe().__dict__)
        return self

    def list_siblings(self):
        return self.client.list_pets(owner_ids=[self.id], species="cat")

    def get_status(self):
        return self.describe().latest_stay.status

    def wait_for_home(self, timeout=90):
        return self.client._poll(self, {"AWAY", "ON_THE_WAY"}, delay=5, timeout=timeout)

    def wait(self, timeout=30):
        return self.wait_for_home(timeout)

    def stroke(self):
        print("purr")
        return self
