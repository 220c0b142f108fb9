from .abstract import *
from .enums import *
from .food import *
