import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type Ensure, TuningAssociation } from "pulumi-tcp-tuning/aws";

const config = new pulumi.Config();

// What each host says is kept here. The hosts' instance profile needs AmazonSSMManagedInstanceCore and s3:PutObject on it.
const logs = new aws.s3.Bucket("tcp-tuning-logs", {
    forceDestroy: true,
    lifecycleRules: [{ enabled: true, expiration: { days: 30 } }],
});

const fleet = new TuningAssociation("fleet", {
    targets: [{ key: "tag:Role", values: [config.require("role")] }],
    ensure: config.require<Ensure>("ensure"),
    tuning: {
        profile: "high-traffic",
        verify: { maxTimeWait: 4000, settleSeconds: 90 },
    },
    // At most a tenth of the hosts at once; five that fail stop it, and `up` fails.
    maxConcurrency: "10%",
    maxErrors: "5",
    scheduleExpression: "rate(1 hour)",
    complianceSeverity: "HIGH",
    outputLocation: { s3BucketName: logs.bucket, s3KeyPrefix: "fleet" },
    waitForSuccessTimeoutSeconds: 1800,
});

export const association = fleet.association.associationId;
export const settings = fleet.tuning.settings;
