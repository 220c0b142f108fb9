"""Objects that the synchronous client returns, and that people construct."""

from __future__ import annotations

from typing import Any

from abacus_client import Abacus, AiBuildingTask, ChatMessage, ChatSession
from typing_extensions import assert_type

client = Abacus()
session = client.chat_sessions.get("1")

assert_type(session.chat_session_id, str | None)
assert_type(session.ai_building_in_progress, bool | None)
assert_type(session.chat_history, list[ChatMessage] | None)
assert_type(session.next_ai_building_task, AiBuildingTask | None)
assert_type(session.to_dict(), dict[str, Any])
for message in session.chat_history or ():
    assert_type(message, ChatMessage)
    assert_type(message.doc_ids, list[str] | None)
    assert_type(message.text, list[dict[str, Any]] | str | None)
    assert_type(message.keyword_arguments, dict[str, Any] | None)
    assert_type(message.compute_points_used, int | None)

session.name.upper()  # E: union-attr, reportOptionalMemberAccess
session.chatSessionId  # E: attr-defined, reportAttributeAccessIssue+reportUnknownMemberType
session.nmae  # E: attr-defined, reportAttributeAccessIssue+reportUnknownMemberType
identity: int = session.chat_session_id  # E: assignment, reportAssignmentType

assert_type(session.get(), ChatSession)
session.rename("Churn model")
session.rename(name="Churn model", timeout=5)
session.delete_chat_message(0)
session.delete_chat_message(message_index=0)
session.export()
session.rename()  # E: call-arg, reportCallIssue
session.rename(1)  # E: arg-type, reportArgumentType
session.rename("1", "Churn model")  # E: call-arg+arg-type, reportCallIssue
session.delete_chat_message("0")  # E: arg-type, reportArgumentType
session.delete_chat_message()  # E: call-arg, reportCallIssue
session.get("1")  # E: call-arg+arg-type, reportCallIssue
session.to_json_please()  # E: attr-defined, reportAttributeAccessIssue+reportUnknownMemberType

ChatSession(client, answer=None, chatSessionId="1", projectId=None, name="Churn model")
ChatSession(client, "An answer", "1", "2", "Churn model")
ChatSession(chat_session_id="1", chat_history=[ChatMessage(role="USER")])
ChatSession(client, chatHistory={}, nextAiBuildingTask={})
AiBuildingTask(client, task="Choose a column", taskType="SELECT")
