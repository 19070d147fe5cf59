"""Properties are tried on the same examples everywhere, so that a red build is red on every machine."""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "policy",
    deadline=None,
    max_examples=80,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.load_profile("policy")
