"""List prices of AWS in us-east-1, in USD. From memory: to be checked on the price pages."""

MINUTES = 30 * 24 * 60  # of a month
TRANSITION = 25e-6  # Step Functions, a Standard workflow's state
WRITE, READ = 0.625e-6, 0.125e-6  # DynamoDB on demand, a request unit
INVOCATION = 0.20e-6  # Lambda
GB_SECOND = 13.3334e-6  # Lambda, arm64
FIRING = 1.00e-6  # EventBridge Scheduler, an invocation
BUS_EVENT = 1.00e-6  # EventBridge, 64 KB of a custom event; those of AWS services cost nothing
LOG_BYTE = 0.50e-9  # CloudWatch Logs, ingestion
METRIC = 0.30  # CloudWatch, a custom metric in each hour of a month; hours without a value cost nothing
TRACE = 5.00e-6  # X-Ray, a recorded trace
RECEIVE = 0.40e-6  # SQS, a request
VCPU_HOUR, GB_HOUR = 0.04048, 0.004445  # Fargate, Linux on x86
ADDRESS_HOUR = 0.005  # a public IPv4 address, since February 2024
BY_THE_MONTH = {"KMS::Key": 1.00, "SecretsManager::Secret": 0.40, "CloudWatch::Alarm": 0.10}
