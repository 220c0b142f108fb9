import dataclasses


class ApiClass:
    _upper_snake_case_keys: bool = dataclasses.field(default=False, repr=False, init=False)
    _support_kwargs: bool = dataclasses.field(default=False, repr=False, init=False)


class _ApiClassFactory:
    config_abstract_class = None
    config_class_key = None
    config_class_map = {}
