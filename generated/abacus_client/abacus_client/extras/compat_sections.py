"""What an agent answers with: sections to show, and files."""

from __future__ import annotations

import mimetypes
import uuid
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

from abacus_client import models
from abacus_client.compat.api_class.code_language import CodeLanguage
from abacus_client.compat.api_class.response_section_type import ResponseSectionType

from .compat_inputs import ApiClass

if TYPE_CHECKING:
    from typing_extensions import Self


class ResponseSection(ApiClass, models.ResponseSection):
    """A part of an answer, shown by itself.

    Args:
        type: What kind of part it is.
        id: The key of the part.
    """

    def __init__(self, type: ResponseSectionType | str, id: str | None) -> None:
        self._section(type, id)

    def _section(self, type: ResponseSectionType | str, id: str | None, **more: Any) -> None:
        self._take({"type": type, "id": id, **more})
        vars(self)["message_id"] = str(uuid.uuid4())
        self.__pydantic_fields_set__ = {*type_fields(self)}

    def to_dict(self) -> dict[str, Any]:
        """Make the dictionary that is sent.

        Returns:
            The fields, and the id of the message.
        """
        return {name: self.__dict__[name] for name in type_fields(self)} | {
            "type": str(ResponseSectionType(self.type).value),
            "message_id": self.__dict__["message_id"],
        }


Segment = ResponseSection


def type_fields(section: ResponseSection) -> list[str]:
    """The fields of a section, in their order."""
    return [name for name in type(section).model_fields if name in section.__dict__]


class TextResponseSection(ResponseSection):
    """Text.

    Args:
        segment: The text.
        section_key: The key of the part.
        text: Deprecated: the same as `segment`.

    Raises:
        TypeError: There is no text.
        ValueError: It is given twice.
    """

    segment: str

    def __init__(
        self, segment: str | None = None, section_key: str | None = None, text: str | None = None
    ) -> None:
        if segment is not None and text is not None:
            raise ValueError("'text' is another name of 'segment': give one of them")
        if segment is None and text is None:
            raise TypeError("a text section needs 'segment'")
        if text is not None:
            warnings.warn("'text' is deprecated: use 'segment'", DeprecationWarning, stacklevel=2)
        said = text if segment is None else segment
        self._section(ResponseSectionType.TEXT, section_key, segment=said)


class AgentFlowButtonResponseSection(ResponseSection):
    """A button that starts a node of the workflow.

    Args:
        label: What stands on it.
        agent_workflow_node_name: The node that it starts.
        section_key: The key of the part.
    """

    label: str
    agent_workflow_node_name: str

    def __init__(
        self, label: str, agent_workflow_node_name: str, section_key: str | None = None
    ) -> None:
        node = agent_workflow_node_name
        kind = ResponseSectionType.AGENT_FLOW_BUTTON
        self._section(kind, section_key, label=label, agent_workflow_node_name=node)


class ImageUrlResponseSection(ResponseSection):
    """An image from an address.

    Args:
        url: The address.
        height: The height in pixels.
        width: The width in pixels.
        section_key: The key of the part.
    """

    url: str
    height: int
    width: int

    def __init__(self, url: str, height: int, width: int, section_key: str | None = None) -> None:
        kind = ResponseSectionType.IMAGE_URL
        self._section(kind, section_key, url=url, height=height, width=width)


class Base64ImageResponseSection(ResponseSection):
    """An image in the answer itself.

    Args:
        b64_image: The image, in base64.
        section_key: The key of the part.
    """

    b64_image: str

    def __init__(self, b64_image: str, section_key: str | None = None) -> None:
        self._section(ResponseSectionType.BASE64_IMAGE, section_key, b64_image=b64_image)


class RuntimeSchemaResponseSection(ResponseSection):
    """A form that is made while the workflow runs.

    Args:
        json_schema: The form's fields.
        ui_schema: How they are shown.
        schema_prop: The key of the part.
    """

    json_schema: dict[str, Any]
    ui_schema: dict[str, Any]

    def __init__(
        self,
        json_schema: dict[str, Any],
        ui_schema: dict[str, Any] | None = None,
        schema_prop: str | None = None,
    ) -> None:
        kind = ResponseSectionType.RUNTIME_SCHEMA
        self._section(kind, schema_prop, json_schema=json_schema, ui_schema=ui_schema or {})


class CodeResponseSection(ResponseSection):
    """Code.

    Args:
        code: The code.
        language: Its language.
        section_key: The key of the part.
    """

    code: str
    language: CodeLanguage | str

    def __init__(
        self, code: str, language: CodeLanguage | str, section_key: str | None = None
    ) -> None:
        self._section(ResponseSectionType.CODE, section_key, code=code, language=language)


class CollapseResponseSection(ResponseSection):
    """A section that can be folded away.

    Args:
        title: What is shown when it is folded.
        content: The section.
        section_key: The key of the part.
    """

    title: str
    content: ResponseSection

    def __init__(
        self, title: str, content: ResponseSection, section_key: str | None = None
    ) -> None:
        kind = ResponseSectionType.COLLAPSIBLE_COMPONENT
        self._section(kind, section_key, title=title, content=content)
        self.__pydantic_fields_set__.discard("message_id")

    def to_dict(self) -> dict[str, Any]:
        """Make the dictionary that is sent.

        Returns:
            The title, the content as a dictionary, the kind and the key.
        """
        content: Any = self.content
        kind = str(ResponseSectionType(self.type).value)
        return {"title": self.title, "content": content.to_dict(), "type": kind, "id": self.id}


class ListResponseSection(ResponseSection):
    """A list.

    Args:
        items: The items.
        section_key: The key of the part.
    """

    items: list[str]

    def __init__(self, items: list[str], section_key: str | None = None) -> None:
        self._section(ResponseSectionType.LIST, section_key, items=items)


class ChartResponseSection(ResponseSection):
    """A chart.

    Args:
        chart: What is drawn.
        section_key: The key of the part.
    """

    chart: dict[str, Any]

    def __init__(self, chart: dict[str, Any], section_key: str | None = None) -> None:
        self._section(ResponseSectionType.CHART, section_key, chart=chart)


class DataframeResponseSection(ResponseSection):
    """A table.

    Args:
        df: A data frame of pandas.
        header: What stands above it.
        section_key: The key of the part.

    Raises:
        ValueError: It is no data frame.
    """

    df: Any
    header: str

    def __init__(self, df: Any, header: str | None = None, section_key: str | None = None) -> None:
        if type(df).__name__ != "DataFrame":
            raise ValueError(f"'df' must be a data frame of pandas, not {type(df).__name__}")
        short = int(df.shape[0]) <= 50
        above = header or ("Data" if short else "Truncated Data Preview")
        self._section(ResponseSectionType.TABLE, section_key, df=df, header=above)


class Blob(ApiClass, models.Blob):
    """A file that an agent is given or answers with.

    Args:
        contents: Its bytes.
        mime_type: Its type; None: as its name says.
        filename: Its name.
        size: How many bytes it has.

    Raises:
        ValueError: The contents are no bytes, or the type no text.
    """

    def __init__(
        self,
        contents: bytes,
        mime_type: str | None = None,
        filename: str | None = None,
        size: int | None = None,
    ) -> None:
        said: list[tuple[str, Any, type]] = [("contents", contents, bytes)]
        said += [("mime_type", mime_type, str)] if mime_type is not None else []
        for name, value, kind in said:
            if not isinstance(value, kind):
                raise ValueError(f"'{name}' must be {kind.__name__}, not {type(value).__name__}")
        if mime_type is None and filename:
            mime_type = mimetypes.guess_type(filename)[0]
        self._take(
            {
                "contents": contents,
                "mime_type": mime_type,
                "filename": filename,
                "size": size or len(contents),
            }
        )

    @classmethod
    def from_local_file(cls, file_path: str) -> Self:
        """Read a file.

        Args:
            file_path: Where it is.

        Returns:
            The file.
        """
        return cls.from_contents(Path(file_path).read_bytes(), filename=file_path)

    @classmethod
    def from_contents(
        cls, contents: bytes, filename: str | None = None, mime_type: str | None = None
    ) -> Self:
        """Make a file of bytes.

        Args:
            contents: The bytes.
            filename: Its name.
            mime_type: Its type; None: as its name says.

        Returns:
            The file.
        """
        return cls(contents=contents, mime_type=mime_type, filename=filename, size=len(contents))


class BlobInput(Blob):
    """A file that an agent is given.

    Args:
        filename: Its name.
        contents: Its bytes.
        mime_type: Its type; None: as its name says.
        size: How many bytes it has.

    Raises:
        ValueError: The contents are no bytes, or the type no text.
    """

    def __init__(
        self,
        filename: str | None = None,
        contents: bytes | None = None,
        mime_type: str | None = None,
        size: int | None = None,
    ) -> None:
        nothing: Any = contents
        Blob.__init__(self, nothing, mime_type, filename, size)
