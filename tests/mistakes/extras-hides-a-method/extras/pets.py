class Feeding:
    def list(self): ...


class PetsMethods(Feeding):
    _client = None
