"""Functions whose source text is sent."""

# ruff: noqa
from __future__ import annotations


def train(table, training_config):
    """Train."""
    return {"mean": table.mean()}


def predict(model, row):
    return model["mean"] + row


def predict_many(model, rows):
    return [predict(model, row) for row in rows]


def initialize(model):
    return model


def shared():
    return "é"
