"""Goes through pages, streams and waits of the package, in both flavours."""

import asyncio
import json

import httpx
from typing_extensions import assert_type

from feed import (
    AsyncFeed,
    AsyncPage,
    AsyncPost,
    AsyncPostList,
    AsyncStream,
    Feed,
    Page,
    Piece,
    Post,
    PostList,
    Stream,
    WaitError,
)

looks = 0


def answer(request: httpx.Request) -> httpx.Response:
    global looks
    path, query = request.url.path, dict(request.url.params)
    if path == "/posts" and request.method == "GET":
        if query.get("after") == "b":
            return httpx.Response(200, json={"data": [{"postId": "2", "state": "LOST"}]})
        post = {"postId": "1", "state": "WRITING"}
        return httpx.Response(200, json={"data": [post], "meta": {"next": "b"}})
    if path == "/posts":
        assert request.headers["idempotency-key"]
        body = json.loads(request.content)
        if body == {"about": "cats", "stream": True}:
            events = 'data: {"text": "me"}\n\ndata: {"text": "ow"}\n\ndata: [DONE]\n\n'
            return httpx.Response(200, text=events, headers={"content-type": "text/event-stream"})
        assert body == {"about": "cats"}
        return httpx.Response(200, json={"postId": "9", "state": "WRITTEN"})
    if path == "/tags":
        link = {"link": '<https://feed.test/tags?page=2>; rel="next"'}
        return httpx.Response(200, json=["b"] if query else ["a"], headers={} if query else link)
    if path == "/log":
        kind = {"content-type": "application/x-ndjson"}
        return httpx.Response(200, text='{"text": "x"}\n{"text": "y"}\n', headers=kind)
    looks += 1
    state = "LOST" if path.endswith("2") else "WRITTEN" if looks % 3 == 0 else "WRITING"
    return httpx.Response(200, json={"postId": path.rpartition("/")[2], "state": state})


def sync() -> None:
    http = httpx.Client(transport=httpx.MockTransport(answer))
    client = Feed(http_client=http)
    page = client.posts.list()
    assert_type(page, Page[Post, PostList])
    assert_type(page.items, list[Post])
    assert_type(page.reply, PostList)
    posts = [post for post in page]
    assert_type(posts, list[Post])
    assert [post.post_id for post in posts] == ["1", "2"]
    assert [tag.upper() for tag in client.tags.list()] == ["A", "B"]
    assert client.posts.write("cats").state == "WRITTEN"
    with client.posts.write_stream("cats") as stream:
        assert_type(stream, Stream[Piece])
        assert "".join(piece.text for piece in stream) == "meow"
    assert [piece.text for piece in client.log.read()] == ["x", "y"]
    assert_type(posts[0].wait_until_written(), Post)
    assert posts[0].state == "WRITTEN"
    try:
        posts[1].wait_until_written(on_progress=lambda post, seconds: print(post.state, seconds))
    except WaitError as error:
        assert error.state == "LOST"
    else:
        raise AssertionError("it has failed")
    http.close()


async def awaited() -> None:
    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as http:
        client = AsyncFeed(http_client=http)
        assert_type(await client.posts.list(), AsyncPage[AsyncPost, AsyncPostList])
        posts = [post async for post in client.posts.list()]
        assert_type(posts, list[AsyncPost])
        assert [post.post_id for post in posts] == ["1", "2"]
        assert [tag.upper() async for tag in client.tags.list()] == ["A", "B"]
        async with await client.posts.write_stream("cats") as stream:
            assert_type(stream, AsyncStream[Piece])
            assert "".join([piece.text async for piece in stream]) == "meow"
        assert_type(await posts[0].wait_until_written(), AsyncPost)
        assert posts[0].state == "WRITTEN"


sync()
asyncio.run(awaited())
