import { AutoScalingClient } from "@aws-sdk/client-auto-scaling";
import { EC2Client } from "@aws-sdk/client-ec2";
import { SSMClient } from "@aws-sdk/client-ssm";

/** The AWS services that these tests know. */
export interface AwsClients {
    readonly ec2: EC2Client;
    readonly ssm: SSMClient;
    readonly autoScaling: AutoScalingClient;
}

export interface ClientSettings {
    readonly region: string;
    /** Of every service, or of each by its name in the real provider's `endpoints`. */
    readonly endpoint: string | Readonly<Record<"ec2" | "ssm" | "autoscaling", string>>;
    readonly accessKey?: string;
    readonly secretKey?: string;
}

export function awsClients({ region, endpoint, accessKey = "test", secretKey = "test" }: ClientSettings): AwsClients {
    const of = (service: "ec2" | "ssm" | "autoscaling") => ({
        region,
        endpoint: typeof endpoint === "string" ? endpoint : endpoint[service],
        credentials: { accessKeyId: accessKey, secretAccessKey: secretKey },
        maxAttempts: 1,
    });
    return {
        ec2: new EC2Client(of("ec2")),
        ssm: new SSMClient(of("ssm")),
        autoScaling: new AutoScalingClient(of("autoscaling")),
    };
}
