class AbstractApiClass:
    def __init__(self, client, id):
        self.client = client
        self.id = id
