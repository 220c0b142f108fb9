from .return_class import AbstractApiClass


class Stay(AbstractApiClass):
    """
    Args:
        stayId (str): Words of the vendor.
        status (str): Words of the vendor.
    """

    def __init__(self, client, stayId=None, status=None):
        super().__init__(client, stayId)
        self.stay_id = stayId
        self.status = status
        self.deprecated_keys = {}
