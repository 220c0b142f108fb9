"""What `client.python_functions` can do besides: take functions of yours."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from abacus_client import AsyncPythonFunction, PythonFunction
    from abacus_client._runtime.call_options import CallOptions
    from abacus_client.resources.python_functions import (
        AsyncPythonFunctionsCalls,
        PythonFunctionsCalls,
    )
    from typing_extensions import Unpack
else:
    PythonFunctionsCalls = AsyncPythonFunctionsCalls = object


class PythonFunctionsMethods(PythonFunctionsCalls):
    """What `client.python_functions` can do besides."""

    def create_from_function(
        self,
        name: str,
        function: Callable[..., Any],
        *,
        function_variable_mappings: list[Any] | None = None,
        package_requirements: list[str] | None = None,
        function_type: str = "FEATURE_GROUP",
        description: str | None = None,
        **options: Unpack[CallOptions],
    ) -> PythonFunction:
        """Create a Python function of a function of yours; its source text is sent.

        Args:
            name: What it is called on the platform.
            function: The function.
            function_variable_mappings: What its arguments are.
            package_requirements: The packages that it needs, as pip writes them.
            function_type: What it is for.
            description: What it does.
            **options: Options of the call.

        Returns:
            The Python function.

        Raises:
            RequestError: The source text of the function cannot be found.
            ApiError: The API refuses it.
        """
        from abacus_client.extras.sources import source_of

        return self.create(
            name,
            source_code=source_of(function),
            function_name=function.__name__,
            function_variable_mappings=function_variable_mappings,
            package_requirements=package_requirements,
            function_type=function_type,
            description=description,
            **options,
        )

    def update_from_function(
        self,
        name: str,
        function: Callable[..., Any],
        *,
        function_variable_mappings: list[Any] | None = None,
        package_requirements: list[str] | None = None,
        included_modules: list[str] | None = None,
        **options: Unpack[CallOptions],
    ) -> PythonFunction:
        """Replace the code of a Python function by that of a function of yours.

        Args:
            name: What it is called on the platform.
            function: The function.
            function_variable_mappings: What its arguments are.
            package_requirements: The packages that it needs, as pip writes them.
            included_modules: Modules of the platform that the function uses.
            **options: Options of the call.

        Returns:
            The Python function.

        Raises:
            RequestError: The source text of the function cannot be found.
            ApiError: The API refuses it.
        """
        from abacus_client.extras.sources import source_of

        return self.update(
            name,
            source_code=source_of(function, included_modules),
            function_name=function.__name__,
            function_variable_mappings=function_variable_mappings,
            package_requirements=package_requirements,
            **options,
        )


class AsyncPythonFunctionsMethods(AsyncPythonFunctionsCalls):
    """What `client.python_functions` can do besides, awaited."""

    async def create_from_function(
        self,
        name: str,
        function: Callable[..., Any],
        *,
        function_variable_mappings: list[Any] | None = None,
        package_requirements: list[str] | None = None,
        function_type: str = "FEATURE_GROUP",
        description: str | None = None,
        **options: Unpack[CallOptions],
    ) -> AsyncPythonFunction:
        """Create a Python function, as `PythonFunctions.create_from_function` does."""
        from abacus_client.extras.sources import source_of

        return await self.create(
            name,
            source_code=source_of(function),
            function_name=function.__name__,
            function_variable_mappings=function_variable_mappings,
            package_requirements=package_requirements,
            function_type=function_type,
            description=description,
            **options,
        )

    async def update_from_function(
        self,
        name: str,
        function: Callable[..., Any],
        *,
        function_variable_mappings: list[Any] | None = None,
        package_requirements: list[str] | None = None,
        included_modules: list[str] | None = None,
        **options: Unpack[CallOptions],
    ) -> AsyncPythonFunction:
        """Replace the code of a Python function, as `PythonFunctions.update_from_function` does."""
        from abacus_client.extras.sources import source_of

        return await self.update(
            name,
            source_code=source_of(function, included_modules),
            function_name=function.__name__,
            function_variable_mappings=function_variable_mappings,
            package_requirements=package_requirements,
            **options,
        )
