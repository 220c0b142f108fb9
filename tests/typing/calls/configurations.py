"""Configurations: classes of a family, plain dictionaries, values that are not listed yet."""

from __future__ import annotations

from abacus_client import (
    Abacus,
    FeatureGroup,
    ForecastingTrainingConfig,
    LLMName,
    Model,
    NSamplingConfig,
    PercentSamplingConfig,
    RegressionObjective,
    RegressionTrainingConfig,
    StreamedResponse,
    TrainingConfig,
)
from typing_extensions import assert_type

client = Abacus()
regression = RegressionTrainingConfig(objective=RegressionObjective.AUC, test_split=10)
chosen: TrainingConfig = regression
wrong: TrainingConfig = NSamplingConfig(sample_count=1)  # E: assignment, reportAssignmentType

assert_type(client.models.train("1", training_config=chosen), Model)
client.models.train("1", training_config=ForecastingTrainingConfig())
client.models.train("1", training_config={"TEST_SPLIT": 10})
client.models.train("1", training_config=NSamplingConfig(sample_count=1))  # E: arg-type, reportArgumentType
client.models.train("1", training_config="regression")  # E: arg-type, reportArgumentType

RegressionTrainingConfig(objective="NOT_LISTED_YET")
RegressionTrainingConfig(problem_type="forecasting")  # E: arg-type, reportArgumentType
RegressionTrainingConfig(sample_count=1)  # E: call-arg, reportCallIssue
NSamplingConfig()  # E: call-arg, reportCallIssue

group = client.feature_groups.describe("1")
group.set_sampling_config(NSamplingConfig(sample_count=1))
group.set_sampling_config(PercentSamplingConfig(sample_percent=0.5))
group.set_sampling_config({"samplingMethod": "N_SAMPLING", "sampleCount": 1})
group.set_sampling_config(regression)  # E: arg-type, reportArgumentType
assert_type(group.refresh(), FeatureGroup)

client.llms.evaluate_prompt(prompt="Hello", llm_name=LLMName.OPENAI_GPT4O)
client.llms.evaluate_prompt(prompt="Hello", llm_name="NOT_LISTED_YET")
client.llms.evaluate_prompt(prompt="Hello", llm_name=4)  # E: arg-type, reportArgumentType
client.predictions.predict("token", "1", {"user": 1}, extra={"depth": 2})  # E: call-arg, reportCallIssue
client.predictions.predict("token", "1", query_data={"user": 1}, extra={"depth": 2})
assert_type(client.batch_prediction_versions.download_result_chunk("1"), StreamedResponse)
