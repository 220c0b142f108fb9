"""What an upload can do besides: take a whole file."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from abacus_client import (
        AsyncBatchPrediction,
        AsyncDataset,
        AsyncModel,
        AsyncUpload,
        BatchPrediction,
        Dataset,
        Model,
        Upload,
    )
    from abacus_client._runtime.call_options import CallOptions
    from abacus_client.extras.uploading import FileInput, Part
    from abacus_client.models.upload import AsyncUploadCalls, UploadCalls
    from typing_extensions import Unpack
else:
    UploadCalls = AsyncUploadCalls = object


class UploadMethods(UploadCalls):
    """What an upload can do besides."""

    def upload_file(
        self,
        file: FileInput,
        *,
        workers: int = 10,
        part_size: int | None = None,
        wait: bool = True,
        deadline: float | None = 600,
        **options: Unpack[CallOptions],
    ) -> Dataset | BatchPrediction | Model | Upload:
        """Upload a whole file, in parts and several of them at a time, and mark it as complete.

        A part that fails is tried again, five times in all. When one fails for good, the others are
        stopped and the upload is not marked as complete: the file can be uploaded anew, or the
        upload canceled. Nothing of a file that can be rewound is held in memory but what is just
        being sent.

        Args:
            file: Bytes, a path, or an open file.
            workers: How many parts are sent at a time.
            part_size: Bytes of a part; by default 20 MB, or as much more as it takes to need no
                more than 10,000 parts, but 100 MB at most.
            wait: Whether to wait until the API has joined the parts.
            deadline: The most seconds to wait for that; None for no limit.
            **options: Options of each call. `progress` is told how much of the whole file has gone
                out, by whichever thread has sent it.

        Returns:
            What the file is for: a dataset, a batch prediction or a model; otherwise the upload.

        Raises:
            RequestError: There is nothing in the file, or it cannot be read.
            ApiTimeoutError: The deadline has come.
            ApiError: A part failed, or the parts could not be joined.
        """
        from abacus_client.extras import uploading, waits

        said = uploading.part_options(options)
        with uploading.opened(file) as whole:
            tally = uploading.Tally(whole.size, options.get("progress"))

            def send(part: Part) -> None:
                self.part(part.number, part.content, **uploading.told(said, tally.of(part)))

            size = part_size or uploading.part_size(whole.size)
            uploading.send_parts(whole, size, send, workers)
        options.pop("progress", None)
        complete = self.mark_complete(**options)
        if wait:
            self.wait_for_join(deadline=deadline, **waits.each(self._client, options))
        if complete.batch_prediction_id:
            return self._client.batch_predictions.describe(complete.batch_prediction_id, **options)
        if complete.dataset_id:
            return self._client.datasets.describe(complete.dataset_id, **options)
        if complete.model_id:
            return self._client.models.describe(complete.model_id, **options)
        return complete


class AsyncUploadMethods(AsyncUploadCalls):
    """What an upload can do besides, awaited."""

    async def upload_file(
        self,
        file: FileInput,
        *,
        workers: int = 10,
        part_size: int | None = None,
        wait: bool = True,
        deadline: float | None = 600,
        **options: Unpack[CallOptions],
    ) -> AsyncDataset | AsyncBatchPrediction | AsyncModel | AsyncUpload:
        """Upload a whole file and mark it as complete, as `Upload.upload_file` does.

        Args:
            file: Bytes, a path, or an open file.
            workers: How many parts are sent at a time.
            part_size: Bytes of a part; by default 20 to 100 MB.
            wait: Whether to wait until the API has joined the parts.
            deadline: The most seconds to wait for that; None for no limit.
            **options: Options of each call.

        Returns:
            What the file is for: a dataset, a batch prediction or a model; otherwise the upload.

        Raises:
            RequestError: There is nothing in the file, or it cannot be read.
            ApiTimeoutError: The deadline has come.
            ApiError: A part failed, or the parts could not be joined.
        """
        from abacus_client.extras import uploading, waits

        said = uploading.part_options(options)
        with uploading.opened(file) as whole:
            tally = uploading.Tally(whole.size, options.get("progress"))

            async def send(part: Part) -> None:
                await self.part(part.number, part.content, **uploading.told(said, tally.of(part)))

            size = part_size or uploading.part_size(whole.size)
            await uploading.send_parts_awaited(whole, size, send, workers)
        options.pop("progress", None)
        complete = await self.mark_complete(**options)
        if wait:
            await self.wait_for_join(deadline=deadline, **waits.each(self._client, options))
        client = self._client
        if complete.batch_prediction_id:
            return await client.batch_predictions.describe(complete.batch_prediction_id, **options)
        if complete.dataset_id:
            return await client.datasets.describe(complete.dataset_id, **options)
        if complete.model_id:
            return await client.models.describe(complete.model_id, **options)
        return complete
