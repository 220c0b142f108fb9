"""Other clients, each asked for what it can do like ours: get one object of about 1 KB."""

from __future__ import annotations

import functools
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from bench.fresh import ROOT, scratch

PAD = "x" * 700
SESSION = {
    "chatSessionId": "8dabc9192",
    "projectId": "1148839d8",
    "name": "Churn model",
    "createdAt": "2024-09-20T15:23:50+00:00",
    "aiBuildingInProgress": False,
    "whiteboard": "",
    "chatHistory": [
        {"role": "USER", "text": [{"type": "text", "text": PAD[:350]}], "timestamp": "t"},
        {"role": "BOT", "text": [{"type": "text", "text": PAD[:350]}], "timestamp": "t"},
    ],
}
COMPLETION = {
    "id": "c1",
    "object": "chat.completion",
    "created": 1726845830,
    "model": "m",
    "choices": [
        {
            "index": 0,
            "finish_reason": "stop",
            "logprobs": None,
            "message": {"role": "assistant", "content": PAD, "refusal": None},
        }
    ],
    "usage": {"prompt_tokens": 9, "completion_tokens": 9, "total_tokens": 18},
}
BATCH = {
    "id": "b1",
    "type": "message_batch",
    "processing_status": "ended",
    "request_counts": {
        "canceled": 0,
        "errored": 0,
        "expired": 0,
        "processing": 0,
        "succeeded": 2,
    },
    "created_at": "2024-09-20T15:23:50Z",
    "expires_at": "2024-09-21T15:23:50Z",
    "ended_at": None,
    "archived_at": None,
    "cancel_initiated_at": None,
    "results_url": PAD,
}
MODEL = {
    "name": "m",
    "endpoints": ["chat"],
    "finetuned": False,
    "context_length": 128000,
    "tokenizer_url": PAD,
    "default_endpoints": [],
    "features": ["vision"],
}
BODIES = {
    "abacus": json.dumps({"success": True, "result": SESSION}),
    "openai": json.dumps(COMPLETION),
    "anthropic": json.dumps(BATCH),
    "cohere": json.dumps(MODEL),
}


@dataclass(frozen=True)
class Peer:
    """A client, as code.

    Args:
        name: What it is called here.
        module: What is imported.
        make: Makes `client`; `{url}` is the server.
        call: Gets the object.
        make_async: The same for an asynchronous client; "" if it has none.
        call_async: The coroutine.
        close: Closes the asynchronous client.
    """

    name: str
    module: str
    make: str
    call: str
    make_async: str = ""
    call_async: str = ""
    close: str = ""

    def first(self, url: str) -> str:
        """A whole program: import, client, one call."""
        return f"{self.make.format(url=url)}\n{self.call}"

    def calls(self, url: str, number: int) -> str:
        """A program that prints the milliseconds of processor time of one call."""
        return (
            f"import time\n{self.make.format(url=url)}\n"
            f"def many():\n for _ in range({number}): {self.call}\n"
            f"many()\nstart = time.process_time()\nmany()\n"
            f"print((time.process_time() - start) * 1000 / {number})"
        )

    def calls_async(self, url: str, number: int) -> str:
        """The same for the asynchronous client."""
        made = self.make_async.format(url=url).replace("\n", "\n ")
        return (
            f"import asyncio, time\nasync def main():\n {made}\n"
            f" async def many():\n  for _ in range({number}): await {self.call_async}\n"
            f" await many()\n start = time.process_time()\n await many()\n"
            f" print((time.process_time() - start) * 1000 / {number})\n"
            f" {self.close}\nasyncio.run(main())"
        )


_ACTION = "'{url}/abacus/api/v0/getChatSession', params={{'chatSessionId': '8dabc9192'}}"
OURS = Peer(
    "abacus_client",
    "abacus_client",
    "from abacus_client import Abacus\nclient = Abacus('k', base_url='{url}/abacus')",
    "client.chat_sessions.get('8dabc9192')",
    "from abacus_client import AsyncAbacus\nclient = AsyncAbacus('k', base_url='{url}/abacus')",
    "client.chat_sessions.get('8dabc9192')",
    "await client.aclose()",
)
HTTPX = Peer(
    "httpx alone, into a dict",
    "httpx",
    "import httpx\nclient = httpx.Client(headers={{'apiKey': 'k'}})\n"
    f"def get(): return client.get({_ACTION}).json()",
    "get()",
    "import httpx\nclient = httpx.AsyncClient(headers={{'apiKey': 'k'}})\n"
    f"async def get(): return (await client.get({_ACTION})).json()",
    "get()",
    "await client.aclose()",
)
_HTTPCORE = """import httpcore
pool = httpcore.ConnectionPool()
url = "{url}/abacus/api/v0/getChatSession?chatSessionId=8dabc9192"
def get(): return pool.request("GET", url, headers={{"apiKey": "k"}}).content"""
_MODEL = """from pydantic import BaseModel
class Session(BaseModel):
    chatSessionId: str | None = None
    name: str | None = None
class Reply(BaseModel):
    success: bool
    result: Session"""
HTTPX_MODEL = Peer(
    "httpx and pydantic, into a model of two fields",
    "httpx",
    f"{HTTPX.make}\n{_MODEL}",
    "Reply.model_validate(get())",
)
HTTPCORE_MODEL = Peer(
    "httpcore and pydantic, into a model of two fields",
    "httpcore",
    f"{_HTTPCORE}\n{_MODEL}",
    "Reply.model_validate_json(get())",
)
OPENAPI_PYTHON_CLIENT = Peer(
    "openapi-python-client, same API",
    "opc_client",
    "from opc_client import Client\n"
    "from opc_client.api.chat_sessions import get_chat_session as get\n"
    "client = Client(base_url='{url}/abacus', headers={{'apiKey': 'k'}})",
    "get.sync(client=client, chat_session_id='8dabc9192')",
    "from opc_client import Client\n"
    "from opc_client.api.chat_sessions import get_chat_session as get\n"
    "client = Client(base_url='{url}/abacus', headers={{'apiKey': 'k'}})",
    "get.asyncio(client=client, chat_session_id='8dabc9192')",
    "await client.get_async_httpx_client().aclose()",
)
ABACUSAI = Peer(
    "abacusai (the vendor's), same API",
    "abacusai",
    "import abacusai\n"
    "client = abacusai.ApiClient('k', server='{url}/abacus', skip_version_check=True)",
    "client.get_chat_session('8dabc9192')",
)
OPENAI = Peer(
    "openai",
    "openai",
    "import openai\nclient = openai.OpenAI(api_key='k', base_url='{url}/openai')",
    "client.chat.completions.retrieve('c1')",
    "import openai\nclient = openai.AsyncOpenAI(api_key='k', base_url='{url}/openai')",
    "client.chat.completions.retrieve('c1')",
    "await client.close()",
)
ANTHROPIC = Peer(
    "anthropic",
    "anthropic",
    "import anthropic\nclient = anthropic.Anthropic(api_key='k', base_url='{url}/anthropic')",
    "client.messages.batches.retrieve('b1')",
    "import anthropic\nclient = anthropic.AsyncAnthropic(api_key='k', base_url='{url}/anthropic')",
    "client.messages.batches.retrieve('b1')",
    "await client.close()",
)
COHERE = Peer(
    "cohere",
    "cohere",
    "import cohere\nclient = cohere.ClientV2(api_key='k', base_url='{url}/cohere')",
    "client.models.get('m')",
    "import cohere\nclient = cohere.AsyncClientV2(api_key='k', base_url='{url}/cohere')",
    "client.models.get('m')",
)
PEERS = (OPENAPI_PYTHON_CLIENT, ABACUSAI, OPENAI, ANTHROPIC, COHERE)


@functools.cache
def described() -> Path:
    """The description of our API in one file, for tools that do not read several."""
    from rebind import openapi, source

    document = source.load(ROOT / "spec" / "openapi.yaml").value
    assert document is not None
    resolved = openapi.resolve(document).value
    assert resolved is not None
    path = scratch() / "openapi.json"
    path.write_text(json.dumps(resolved.data), encoding="utf-8")
    return path


@functools.cache
def generated() -> Path:
    """A folder to import the client from that openapi-python-client makes of our description."""
    folder = scratch() / "opc"
    folder.mkdir()
    tool = Path(sys.executable).with_name("openapi-python-client")
    command = [str(tool), "generate", "--path", str(described()), "--meta", "none"]
    subprocess.run(
        [*command, "--output-path", str(folder / "opc_client")], check=True, capture_output=True
    )
    subprocess.run([sys.executable, "-m", "compileall", "-q", folder], check=True)
    return folder
