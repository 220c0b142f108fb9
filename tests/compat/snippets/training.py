"""Models: a configuration by position and by name, in either spelling."""

from abacusai import ApiClient, ForecastingTrainingConfig
from abacusai.api_class import ForecastingFrequency, ProblemType, TrainingConfig

client = ApiClient(server=None, skip_version_check=True)
config = ForecastingTrainingConfig(
    {"extra_knob": 3}, prediction_length=14, forecast_frequency=ForecastingFrequency.DAILY
)
config.test_split = 20
print(config["prediction_length"], config.get("TEST_SPLIT"), config.get("nothing", "else"))
model = client.train_model("p1", name="Sales", training_config=config)
print(model.model_id, model.name)
same = TrainingConfig.from_dict({"PROBLEM_TYPE": "forecasting", "PREDICTION_LENGTH": 14})
print(type(same).__name__, sorted(same.to_dict().items()))
print(ProblemType.FORECASTING == "FORECASTING", ProblemType("forecasting").name)
print(ProblemType.FORECASTING in {ProblemType.FORECASTING: 1})
