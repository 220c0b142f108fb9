"""Names that the vendor's package has for what is called otherwise here."""

from __future__ import annotations

from abacus_client.compat.api_class.vector_store_config import VectorStoreConfig
from abacus_client.models import ProblemTypeInfo

DocumentRetrieverConfig = VectorStoreConfig
ProblemType = ProblemTypeInfo
