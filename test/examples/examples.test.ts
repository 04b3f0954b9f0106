import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import * as pulumi from "@pulumi/pulumi";
import { parse } from "yaml";
import { partsOf, unpacked } from "../support/cloud-init";
import { mockEngine, type Registered, settled } from "../support/mocks";
import { PRIVATE_KEY } from "../support/private-key";

const ROOT = join(__dirname, "..", "..", "..");

/** What somebody sets to run an example. */
const settings: Record<string, Record<string, string>> = {
    "web-fleet": { vpcId: "vpc-1", subnetIds: '["subnet-1","subnet-2"]', size: "3" },
    "state-manager": { role: "web", ensure: "tuned" },
    "one-instance": {
        subnetId: "subnet-1",
        securityGroupId: "sg-1",
        keyName: "deploy",
        loginKey: PRIVATE_KEY,
        hostKey: "host key",
        hostPublicKey: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIg0XHXtzJZRTZbPtHzcLRQdXzUZ7dRBkVMmBmsYcXaE",
    },
};

describe("the examples", () => {
    let registered: Registered[];
    beforeEach(
        async () =>
            void (registered = await mockEngine(({ type, name }) => ({
                ...(type === "aws:ec2/launchTemplate:LaunchTemplate" ? { latestVersion: 4 } : {}),
                ...(type === "aws:ec2/instance:Instance" ? { publicIp: "203.0.113.7" } : {}),
                ...(type === "aws:lb/loadBalancer:LoadBalancer" ? { dnsName: "web.elb.example.com" } : {}),
                ...(type === "aws:s3/bucket:Bucket" ? { bucket: `${name}-1234567` } : {}),
                ...(type === "aws:ssm/document:Document" ? { name: `${name}-1234567`, latestVersion: "1" } : {}),
            }))),
    );
    afterEach(() => pulumi.runtime.disconnect());

    /** The outputs of an example, once everything is registered. */
    async function preview(example: string, changed: Record<string, string> = {}): Promise<Record<string, unknown>> {
        const config = Object.entries({ ...settings[example], ...changed }).map(([key, value]) => [
            `shop:${key}`,
            value,
        ]);
        pulumi.runtime.setAllConfig(Object.fromEntries(config));
        const file = require.resolve(`../../examples/${example}/index.js`);
        delete require.cache[file];
        const exported = await settled(pulumi.output(require(file) as Record<string, pulumi.Output<unknown>>));
        return exported as Record<string, unknown>;
    }

    const inputsOf = (kind: string) => registered.find(({ type }) => type.endsWith(`:${kind}`))?.inputs ?? {};

    for (const example of Object.keys(settings)) {
        it(`${example} lists in Pulumi.yaml what it asks for`, async () => {
            const project = parse(readFileSync(join(ROOT, "examples", example, "Pulumi.yaml"), "utf8"));
            assert.deepEqual([project.name, Object.keys(project.config)], [example, Object.keys(settings[example]!)]);
        });
    }

    it("web-fleet replaces its web servers through an instance refresh when the tuning changes", async () => {
        const outputs = await preview("web-fleet");
        assert.equal(outputs["url"], "http://web.elb.example.com");
        const { launchTemplate, instanceRefresh, healthCheckType } = inputsOf("Group");
        assert.deepEqual(launchTemplate, { id: "web-id", version: "4" });
        assert.deepEqual([(instanceRefresh as { strategy: string }).strategy, healthCheckType], ["Rolling", "ELB"]);
        const parts = partsOf(unpacked(String(inputsOf("LaunchTemplate")["userData"])));
        assert.match(parts[1]!.content, /^#cloud-config\n[\s\S]*backlog=16384/);
        assert.match(parts[0]!.content, /^net\.core\.somaxconn = 16384$/m);
    });

    it("state-manager is two resources and a bucket, and restores with ensure: absent", async () => {
        await preview("state-manager");
        const ofAws = registered.filter(({ type }) => type.startsWith("aws:")).map(({ type }) => type.split(":")[2]);
        assert.deepEqual(ofAws.sort(), ["Association", "Bucket", "Document"]);
        assert.deepEqual(inputsOf("Association")["outputLocation"], {
            s3BucketName: "tcp-tuning-logs-1234567",
            s3KeyPrefix: "fleet",
        });
        registered.length = 0;
        await preview("state-manager", { ensure: "absent" });
        assert.match(String(inputsOf("Document")["content"]), /"name": "restore"/);
    });

    it("one-instance is verified over SSH with the host key that it brings, and its keys stay secret", async () => {
        await preview("one-instance");
        const { connection, create } = inputsOf("Command");
        const { host, hostKey, user } = (connection as { value: Record<string, unknown> }).value;
        assert.deepEqual([host, hostKey, user], ["203.0.113.7", settings["one-instance"]!["hostPublicKey"], "admin"]);
        assert.match(String(create), /tcp-tuning verify$/);
        const { userDataBase64 } = inputsOf("Instance");
        const [, own] = partsOf(unpacked((userDataBase64 as { value: string }).value));
        assert.deepEqual(parse(own!.content).ssh_keys.ed25519_private, "host key");
    });
});
