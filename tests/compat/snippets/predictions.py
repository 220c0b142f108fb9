"""Predictions and streams: clients that need no key."""

import os

from abacusai import ClientOptions, PredictionClient, StreamingClient

os.environ.pop("ABACUS_API_KEY", None)
client = PredictionClient()
print(client.predict("a-token", "d1", {"user": 7}, threshold=0.5))
print(client.get_recommendations("a-token", "d1", {"user": 7}, 3, score_field="score"))
options = ClientOptions(server=os.environ["ABACUS_API_SERVER"])
StreamingClient(options).append_data("fg1", "a-stream", {"clicks": 1})
print(PredictionClient(options).predict("another", "d2"))
