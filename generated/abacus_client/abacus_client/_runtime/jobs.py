"""Results that take their time: one request begins, others ask until they are there."""

from __future__ import annotations

import json
from copy import copy
from typing import TYPE_CHECKING, Any, cast

from .call import Binary, Call, Operation, Polled
from .decode import Unreadable, read_json
from .errors import ApiError, ApiTimeoutError, DecodeError, RequestError, StatusError
from .flow import Answered, Flow, Sleep, judged, single_flow
from .response import BOUND, Response, read
from .scrub import scrub

if TYPE_CHECKING:
    from .flow import Settings

# A question may be asked again whatever the server answers.
_AGAIN = frozenset({500, 501, 502, 503, 504})


def job_flow(
    settings: Settings,
    call: Call[object, object],
    job: Polled,
    *,
    stream: bool,
    deadline: float | None,
) -> Flow[Answered]:
    """Begin a job and wait for its result.

    Args:
        settings: The client's settings.
        call: What begins it.
        job: How it is waited for.
        stream: Whether the caller wants the response left open.
        deadline: When the whole call ends, by the flow's clock.

    Returns:
        A flow that ends with the result.

    Raises:
        ApiError: Any failure.
    """
    operation, clock = call.operation, settings.clock
    if stream:
        raise RequestError(f"{operation.id} is waited for: its response cannot be streamed")
    started, state, attempts = clock(), "", 0
    try:
        begin = call.__replace__(operation=operation.__replace__(replies={"200": Binary()}))
        answered = yield from single_flow(settings, begin, deadline=deadline)
        attempts = answered.attempts
        begun = _object(answered.response)
        if not begun.get(job.id):
            raise _unread(answered.response, f"it has no {job.id}")
        question = Call(_question(operation, job), json={job.send: begun[job.id]})
        quietly = copy(settings)
        quietly.progress = None
        while True:
            answered = yield from single_flow(quietly, question, deadline=deadline)
            attempts += answered.attempts
            told = _object(answered.response)
            state = str(told.get(job.state) or "")
            if state not in job.pending:
                return _ended(settings, call, job, told, answered, attempts, clock() - started)
            if deadline is not None and clock() + job.delay >= deadline:
                raise ApiTimeoutError("the call would take longer than its total timeout")
            yield Sleep(job.delay)
    except ApiError as error:
        if isinstance(error, ApiTimeoutError) and state:
            error.message = f"{error.message}; the job was still {state}"
        _about(settings, error, operation, attempts, clock() - started)
        raise


def _question(operation: Operation[object, object], job: Polled) -> Operation[object, object]:
    return Operation(
        id=operation.id,
        method="POST",
        path=job.status,
        replies={"200": Binary()},
        security=operation.security,
        base_url=operation.base_url,
        host=operation.host,
        idempotent=True,
        retry_statuses=_AGAIN,
    )


def _object(response: Response) -> dict[str, Any]:
    try:
        found = read_json(response.content)
    except Unreadable as error:
        why = str(error)
    else:
        if isinstance(found, dict):
            return cast("dict[str, Any]", found)
        why = "it is no object"
    raise _unread(response, why)


def _unread(response: Response, why: str) -> DecodeError:
    said = f"the reply cannot be read: {why}"
    return DecodeError(said, status=response.status, content=response.content[:BOUND])


def _ended(
    settings: Settings,
    call: Call[object, object],
    job: Polled,
    told: dict[str, Any],
    answered: Answered,
    attempts: int,
    elapsed: float,
) -> Answered:
    """Read the result as if the operation had answered with it."""
    state, result = told.get(job.state), told.get(job.result)
    envelope = settings.api.envelope
    failed = state in job.failed
    if failed and isinstance(result, dict) and envelope is not None:
        result = {**cast("dict[str, Any]", result), envelope.ok: False}
    elif failed:
        said = f": {result}" if isinstance(result, str) and result else ""
        came = answered.response
        raise StatusError(f"the job ended as {state}{said}", status=came.status, body=told)
    content = json.dumps(result).encode()
    response = Response(answered.response.status, answered.response.headers, content)
    outcome = read(
        settings.api,
        call.operation,
        response,
        asynchronous=settings.asynchronous,
        now=settings.wall(),
    )
    if outcome.error is not None:
        raise outcome.error
    made = judged(settings, call.operation.id, outcome, response)
    return Answered(made, response, attempts, elapsed)


def _about(
    settings: Settings,
    error: ApiError,
    operation: Operation[object, object],
    attempts: int,
    elapsed: float,
) -> None:
    error.operation = operation.id
    error.attempts += attempts
    error.elapsed = elapsed
    scrub(settings.credentials, error)
