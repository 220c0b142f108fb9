"""Objects where their ids are expected, and tokens where their text is."""

from abacusai import ApiClient, DeploymentAuthToken

client = ApiClient()
project = client.describe_project("p1")
print(client.describe_project(project).name)
for group in client.list_project_feature_groups(project, limit=5):
    version = client.create_feature_group_version(group)
    print(group.table_name, version.feature_group_version)
print(len(project.list_feature_groups(limit=5)), project.list_feature_groups()[0].table_name)
client.rename_project(project, "Churn, Q4")
token = DeploymentAuthToken(client, deploymentToken="t1")
print(client.predict(token, "d1", {"country": "CH"}))
