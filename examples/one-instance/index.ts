import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { TunedInstance } from "pulumi-tcp-tuning/aws";

const config = new pulumi.Config();
const hostPublicKey = config.require("hostPublicKey");

// A new instance makes host keys that nobody knows. This one brings its own, so that `up` knows whom it talks to.
const cloudConfig = config.requireSecret("hostKey").apply(
    (hostKey) => `#cloud-config
${JSON.stringify({ ssh_keys: { ed25519_private: hostKey, ed25519_public: hostPublicKey }, packages: ["nginx-light"] }, undefined, 1)}
`,
);

const web = new TunedInstance("web", {
    ami: aws.ssm.getParameterOutput({ name: "/aws/service/debian/release/12/latest/amd64" }).value,
    instanceType: "t3.small",
    subnetId: config.require("subnetId"),
    vpcSecurityGroupIds: [config.require("securityGroupId")],
    keyName: config.require("keyName"),
    metadataOptions: { httpTokens: "required" },
    tags: { Name: "web" },
    userData: cloudConfig,
    tuning: {
        profile: "high-traffic",
        connection: {
            host: (instance) => instance.publicIp,
            user: "admin",
            privateKey: config.requireSecret("loginKey"),
            hostKey: hostPublicKey,
        },
        become: true,
        verify: { maxTimeWait: 4000 },
    },
});

export const address = web.publicIp;
export const summary = web.summary;
export const report = web.report;
