"""Calls of the synchronous client."""

from __future__ import annotations

from typing import Any

from abacus_client import (
    Abacus,
    AsyncProject,
    ChatSession,
    Dataset,
    DatasetVersion,
    DeploymentAuthToken,
    FeatureGroup,
    Page,
    Project,
    ProjectFeatureGroup,
)
from typing_extensions import assert_type

client = Abacus()
Abacus("key", base_url="https://abacus.example", timeout=30, retry=2, strict=True)
Abacus(api_key=None, timeout=None)
Abacus(key="key")  # E: call-arg, reportCallIssue
Abacus("key", "https://abacus.example")  # E: call-arg, reportCallIssue
Abacus(strict="yes")  # E: arg-type, reportArgumentType
Abacus(timeout="30")  # E: arg-type, reportArgumentType

with Abacus() as entered:
    assert_type(entered, Abacus)
assert_type(client.with_options(timeout=5), Abacus)

assert_type(client.chat_sessions.create(), ChatSession)
assert_type(client.chat_sessions.create(project_id="1", name=None), ChatSession)
client.chat_sessions.create(name="Churn model", timeout=5, headers={"x-trace": "1"})
client.chat_sessions.create("1")  # E: call-arg, reportCallIssue
client.chat_sessions.create(name=1)  # E: arg-type, reportArgumentType
client.chat_sessions.create(projectId="1")  # E: call-arg, reportCallIssue
client.chat_sessions.create(timeout="5")  # E: arg-type, reportArgumentType

assert_type(client.chat_sessions.get("1"), ChatSession)
assert_type(client.chat_sessions.get(chat_session_id="1").name, str | None)
client.chat_sessions.get()  # E: call-arg, reportCallIssue
client.chat_sessions.get(None)  # E: arg-type, reportArgumentType
client.chat_sessions.get(1)  # E: arg-type, reportArgumentType

assert_type(client.chat_sessions.list(), list[ChatSession])
assert_type(client.chat_sessions.list(most_recent_per_project=True), list[ChatSession])
client.chat_sessions.list(most_recent_per_project="yes")  # E: arg-type, reportArgumentType
client.chat_sessions.list(mostRecentPerProject=True)  # E: call-arg, reportCallIssue

client.chat_sessions.rename("1", "Churn model")
client.chat_sessions.rename(chat_session_id="1", name="Churn model")
client.chat_sessions.rename("1")  # E: call-arg, reportCallIssue
client.chat_sessions.rename("1", None)  # E: arg-type, reportArgumentType

client.chat_sessions.delete_message("1", 0)
client.chat_sessions.delete_message("1", "0")  # E: arg-type, reportArgumentType
client.chat_sessions.delete_message("1", index=0)  # E: call-arg, reportCallIssue

assert_type(client.chat_sessions.export("1"), Any)
client.chat_sessions.export(["1"])  # E: arg-type, reportArgumentType

client.chat_sessions.remove("1")  # E: attr-defined, reportAttributeAccessIssue+reportUnknownMemberType
client.chat_session  # E: attr-defined, reportAttributeAccessIssue+reportUnknownMemberType

projects = client.projects.list(limit=5)
assert_type(projects, Page[Project])
assert_type([project.name for project in projects], list[str | None])
assert_type(projects.items, list[Project])
assert_type(projects.next_page(), Page[Project] | None)
projects[0]  # E: index, reportIndexIssue
len(projects)  # E: arg-type, reportArgumentType
# Methods of objects return the list itself, as the vendor's do.
assert_type(Dataset(client).list_versions(limit=5), list[DatasetVersion])

# An object stands for its id, and a token for its text.
project, group = Project(client), FeatureGroup(client)
assert_type(client.projects.describe(project), Project)
client.projects.describe(AsyncProject())
client.projects.describe(group)  # E: arg-type, reportArgumentType
client.projects.describe(None)  # E: arg-type, reportArgumentType
client.chat_sessions.create(project_id=project)
client.feature_groups.describe(ProjectFeatureGroup(client))
client.feature_groups.concatenate_data(group, group)
client.deployments.delete_token(DeploymentAuthToken())
client.deployments.delete_token(project)  # E: arg-type, reportArgumentType
client.chat_sessions.create(name=project)  # E: arg-type, reportArgumentType
