"""Projects: make, list, describe; methods of what comes back."""

from abacusai import ApiClient

client = ApiClient()
project = client.create_project("Churn", "PREDICTING")
print(type(project).__name__, project.project_id, project.name, project.use_case)
for known in client.list_projects(10):
    print(known.project_id, known.name, known.tags)
again = client.describe_project(project_id=project.project_id)
print(again.to_dict()["name"], again.to_dict()["tags"])
project.rename("Churn, Q3")
print(project.refresh().name)
project.add_tags(["q3", "churn"])
print([dataset.table_name for dataset in project.list_feature_groups()])
project.delete(force_delete=True)
