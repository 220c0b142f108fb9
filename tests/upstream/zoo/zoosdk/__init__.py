from .api_class import *
from .client import ApiClient
from .pet import Pet
from .stay import Stay
