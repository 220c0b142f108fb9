import io
import json

from .api_class import Food, Species
from .pet import Pet


class ApiException(Exception):
    pass


class PetNotFoundError(ApiException):
    pass


class BaseApiClient:
    client_version = "2.3.3"

    def _call_api(self, action, method, **options):
        raise AssertionError("reading a package runs nothing of it")


class ReadOnlyClient(BaseApiClient):
    def describe_pet(self, pet_id: str) -> Pet:
        """
        Words of the vendor.

        Args:
            pet_id (str): Words of the vendor.
        """
        return self._call_api("describePet", "GET", query_params={"petId": pet_id}, parse_type=Pet)

    def list_pets(
        self,
        limit: int = 100,
        start_after_id: str = None,
        owner_ids: list = None,
        species: Species | str = None,
    ) -> list[Pet]:
        """
        Args:
            limit (int): Words of the vendor.
            species (Species): Deprecated. Words of the vendor.
        """
        return self._call_api(
            "listPets",
            "GET",
            query_params={
                "limit": limit,
                "startAfterId": start_after_id,
                "ownerIds": owner_ids,
                "species": species,
            },
            parse_type=Pet,
        )

    def get_api_endpoint(self, deployment_token: str = None, deployment_id: str = None) -> dict:
        return self._call_api(
            "getApiEndpoint",
            "GET",
            query_params={"deploymentToken": deployment_token, "deploymentId": deployment_id},
        )

    def download_pet_portrait(self, pet_id: str) -> io.BytesIO:
        return self._call_api(
            "downloadPetPortrait",
            "GET",
            query_params={"petId": pet_id},
            streamable_response=True,
            retry_500=True,
        )


class ApiClient(ReadOnlyClient):
    def create_pet(
        self,
        name: str,
        species: Species | str = Species.CAT,
        food: dict | Food = None,
        tags: list = [],
    ) -> Pet:
        return self._call_api(
            "createPet",
            "POST",
            query_params={},
            body={"name": name, "species": species, "food": food, "tags": tags},
            parse_type=Pet,
        )

    def rename_pet(self, pet_id: str, name: str, reason: str = None):
        return self._call_api(
            "renamePet",
            "PATCH",
            query_params={},
            body={"petId": pet_id, "name": name, "reason": reason},
        )

    def delete_pet(self, pet_id: str, force_delete: bool = False):
        """
        Deprecated: words of the vendor.
        """
        return self._call_api(
            "deletePet", "DELETE", query_params={"petId": pet_id, "forceDelete": force_delete}
        )

    def predict_mood(
        self, deployment_token: str, deployment_id: str, query_data: dict, **kwargs
    ) -> dict:
        prediction_url = (
            self._get_prediction_endpoint(deployment_id, deployment_token)
            if deployment_token
            else None
        )
        return self._call_api(
            "predictMood",
            "POST",
            query_params={
                "deploymentToken": deployment_token,
                "deploymentId": deployment_id,
                **kwargs,
            },
            body={"queryData": query_data, **kwargs},
            server_override=prediction_url,
            timeout=1500,
        )

    def upload_pet_photo(
        self, pet_id: str, photo: io.TextIOBase, captions: dict = None, labels: list = None
    ) -> Pet:
        return self._proxy_request(
            "uploadPetPhoto",
            "POST",
            query_params={"petId": pet_id},
            data={
                "captions": json.dumps(captions)
                if captions is not None and not isinstance(captions, str)
                else captions,
                "labels": json.dumps(labels.to_dict())
                if hasattr(labels, "to_dict")
                else json.dumps(labels),
            },
            files={"photo": photo},
            parse_type=Pet,
            is_sync=True,
        )

    def compare_pets(self, question: str, photos: io.TextIOBase, limit: int = 3) -> list[Pet]:
        return self._proxy_request(
            "ComparePets",
            "POST",
            query_params={},
            data={"question": question, "limit": limit},
            files=photos,
            parse_type=Pet,
        )

    def adopt_all(self, names: list):
        return [self.create_pet(name) for name in names]
