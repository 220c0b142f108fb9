"""Modules of the platform that stand in notebooks: `client.modules`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import os

    from abacus_client import Module
    from abacus_client._runtime.call_options import CallOptions
    from abacus_client.resources.modules import AsyncModulesCalls, ModulesCalls
    from typing_extensions import Unpack
else:
    ModulesCalls = AsyncModulesCalls = object


class ModulesMethods(ModulesCalls):
    """What `client.modules` can do besides."""

    def create_from_notebook(
        self, file_path: str | os.PathLike[str], name: str, **options: Unpack[CallOptions]
    ) -> Module:
        """Create a module of the code between two marks of a notebook.

        Args:
            file_path: The notebook. The first cell has `#module_start#` in it, the last one
                `#module_end#`.
            name: The name of the module.
            **options: Options of the call.

        Returns:
            The module.

        Raises:
            RequestError: The notebook cannot be read, or has no mark.
            ApiError: The API refuses it.
        """
        from abacus_client.extras.notebook_code import marked

        return self.create(name, source_code=marked(file_path), **options)

    def update_from_notebook(
        self, file_path: str | os.PathLike[str], name: str, **options: Unpack[CallOptions]
    ) -> Module:
        """Replace the code of a module by that between two marks of a notebook.

        Args:
            file_path: The notebook, as for `create_from_notebook`.
            name: The name of the module.
            **options: Options of the call.

        Returns:
            The module.

        Raises:
            RequestError: The notebook cannot be read, or has no mark.
            ApiError: The API refuses it.
        """
        from abacus_client.extras.notebook_code import marked

        return self.update(name, source_code=marked(file_path), **options)


class AsyncModulesMethods(AsyncModulesCalls):
    """What `client.modules` can do besides, awaited."""

    async def create_from_notebook(
        self, file_path: str | os.PathLike[str], name: str, **options: Unpack[CallOptions]
    ) -> Module:
        """Create a module of a notebook, as `Modules.create_from_notebook` does."""
        from abacus_client.extras.notebook_code import marked

        return await self.create(name, source_code=marked(file_path), **options)

    async def update_from_notebook(
        self, file_path: str | os.PathLike[str], name: str, **options: Unpack[CallOptions]
    ) -> Module:
        """Replace the code of a module, as `Modules.update_from_notebook` does."""
        from abacus_client.extras.notebook_code import marked

        return await self.update(name, source_code=marked(file_path), **options)
