"""Feature groups: SQL, sampling, nested objects, a method with many arguments."""

from abacusai import ApiClient, PercentSamplingConfig
from abacusai.api_class import NSamplingConfig, SamplingMethodType

client = ApiClient("a-key")
group = client.create_feature_group("users_sample", "SELECT * FROM users", description="A few")
print(group.feature_group_id, group.features[0].name, group.features[0].feature_type)
print(group.latest_feature_group_version.status)
client.add_feature_group_to_project(group.feature_group_id, "p1", "CUSTOM_TABLE")
group.set_sampling_config(PercentSamplingConfig(0.5, ["country"]))
client.set_feature_group_sampling_config(group.feature_group_id, NSamplingConfig(sample_count=100))
print(sorted(PercentSamplingConfig(0.5).to_dict().items()))
print(SamplingMethodType.PERCENT_SAMPLING.value)
group.add_tag("small")
group.create_version({"country": "NO"})
