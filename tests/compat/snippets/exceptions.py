"""Exceptions: by class, by attribute, as text, through a pickle."""

import pickle

from abacusai import ApiClient, ApiException, ClientOptions
from abacusai.client import DataNotFoundError, GenericPermissionDeniedError


def show(error):
    print(type(error).__name__, error.http_status, error.exception, error.request_id)
    print(error.message)
    print(error)


client = ApiClient()
try:
    client.describe_project("missing")
except DataNotFoundError as error:
    show(error)
try:
    client.describe_project("forbidden")
except GenericPermissionDeniedError as error:
    show(error)
try:
    client.describe_project("odd")
except ApiException as error:
    print(error, isinstance(error, DataNotFoundError))
try:
    client.describe_project("unsuccessful")
except ApiException as error:
    show(error)
made = ApiException("No.", 404, "DataNotFoundError", "r1")
show(made)
copy = pickle.loads(pickle.dumps(DataNotFoundError("No.", 404)))
show(copy)
quiet = ApiClient(client_options=ClientOptions(exception_on_404=False, server=client.server))
print(quiet.describe_project("missing"))
