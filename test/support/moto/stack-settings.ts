import type { Moto } from "./index";

/** Where the stacks of tests have their resources, and `Moto.aws` looks for them. */
export const MOTO_REGION = "eu-central-1";

/** What makes a stack's AWS plugin, the real one or the stand-in, ask moto and nothing else. */
export interface AwsStackSettings {
    readonly env: Readonly<Record<string, string>>;
    readonly config: Readonly<Record<string, unknown>>;
}

/** Those that a tuning or an example asks. */
const SERVICES = ["autoscaling", "ec2", "elbv2", "iam", "ssm", "sts"];

export function awsStackSettings({ url }: Moto): AwsStackSettings {
    return {
        env: {
            AWS_ENDPOINT_URL: url,
            AWS_REGION: MOTO_REGION,
            AWS_ACCESS_KEY_ID: "test",
            AWS_SECRET_ACCESS_KEY: "test",
            AWS_SESSION_TOKEN: "",
            // A developer's own account has no part in a test.
            AWS_CONFIG_FILE: "/dev/null",
            AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
            AWS_EC2_METADATA_DISABLED: "true",
            AWS_PROFILE: "",
        },
        config: {
            "aws:region": MOTO_REGION,
            "aws:endpoints": [Object.fromEntries(SERVICES.map((service) => [service, url]))],
            "aws:skipCredentialsValidation": "true",
            "aws:skipMetadataApiCheck": "true",
            "aws:skipRegionValidation": "true",
        },
    };
}
