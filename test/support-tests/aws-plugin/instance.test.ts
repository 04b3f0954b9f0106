import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { after, before, beforeEach, describe, it } from "node:test";
import {
    DescribeInstanceAttributeCommand,
    DescribeInstancesCommand,
    TerminateInstancesCommand,
} from "@aws-sdk/client-ec2";
import * as aws from "@pulumi/aws";
import { secret } from "@pulumi/pulumi";
import { type Moto, motoUnavailable, startMoto } from "../../support/moto";
import { changes, failureOf, type Program, withStack } from "../../support/stack";

/** With the real AWS plugin installed, these tests are about that one. */

let moto: Moto;

const AMI = "ami-0123456789abcdef0";
const BASE: aws.ec2.InstanceArgs = { ami: AMI, instanceType: "t3.micro", tags: { Name: "web" } };

function program(args: aws.ec2.InstanceArgs): Program {
    return async () => {
        const { id, arn, privateIp, publicIp, instanceState, userData, metadataOptions } = new aws.ec2.Instance(
            "web",
            args,
        );
        return { id, arn, privateIp, publicIp, instanceState, userData, metadataOptions };
    };
}

async function instances() {
    const { Reservations = [] } = await moto.aws.ec2.send(new DescribeInstancesCommand());
    return Reservations.flatMap((reservation) => reservation.Instances ?? []);
}

async function userDataOf(InstanceId: string): Promise<string> {
    const attribute = new DescribeInstanceAttributeCommand({ InstanceId, Attribute: "userData" });
    return Buffer.from((await moto.aws.ec2.send(attribute)).UserData?.Value ?? "", "base64").toString();
}

const REPLACED = ["create-replacement web", "replace web", "delete-replaced web"];

describe("an EC2 instance", { skip: motoUnavailable() ?? false }, () => {
    before(async () => {
        moto = await startMoto();
    });
    beforeEach(() => moto.reset());
    after(() => moto.stop());

    it("runs with what the program says, is found unchanged, and is created anew once somebody terminated it", async () => {
        const args = { ...BASE, metadataOptions: { httpTokens: "required" }, userData: "#!/bin/sh\ntrue\n" };
        await withStack({ moto, program: program(args) }, async (stack) => {
            const { outputs } = await stack.up();
            const [instance] = await instances();
            assert.equal(outputs["id"]?.value, instance?.InstanceId);
            assert.equal(outputs["privateIp"]?.value, instance?.PrivateIpAddress);
            assert.equal(outputs["instanceState"]?.value, "running");
            assert.match(String(outputs["arn"]?.value), /^arn:aws:ec2:eu-central-1:123456789012:instance\/i-/);
            assert.equal(outputs["userData"]?.value, args.userData);
            assert.equal(instance?.MetadataOptions?.HttpTokens, "required");
            assert.deepEqual(instance?.Tags, [{ Key: "Name", Value: "web" }]);
            assert.equal(await userDataOf(instance?.InstanceId ?? ""), args.userData);
            assert.deepEqual(changes(await stack.up({ refresh: true })), ["refresh web"]);
            const InstanceIds = [instance?.InstanceId ?? ""];
            await moto.aws.ec2.send(new TerminateInstancesCommand({ InstanceIds }));
            assert.deepEqual(changes(await stack.up({ refresh: true })), ["refresh web", "create web"]);
            assert.deepEqual(changes(await stack.destroy()), ["delete web"]);
            assert.deepEqual(
                (await instances()).map(({ State }) => State?.Name),
                ["terminated", "terminated"],
            );
        });
    });

    it("gets changed user data while it is stopped, and a new instance only when the program asks for that", async () => {
        await withStack({ moto, program: program({ ...BASE, userData: "one" }) }, async (stack) => {
            const first = String((await stack.up()).outputs["id"]?.value);
            stack.program = program({ ...BASE, userData: "two" });
            assert.deepEqual(changes(await stack.up()), ["update web"]);
            assert.equal(await userDataOf(first), "two");
            const asked = await moto.requests("StopInstances", "ModifyInstanceAttribute", "StartInstances");
            assert.deepEqual(
                asked.map(({ action }) => action),
                ["StopInstances", "ModifyInstanceAttribute", "StartInstances"],
            );
            stack.program = program({ ...BASE, userData: "three", userDataReplaceOnChange: true });
            const update = await stack.up();
            assert.deepEqual(changes(update), REPLACED);
            assert.equal(await userDataOf(String(update.outputs["id"]?.value)), "three");
        });
    });

    it("takes bytes that are no text, and a secret stays one", async () => {
        const bytes = Buffer.from([0x1f, 0x8b, 0x08, 0xff]).toString("base64");
        const first = program({ ...BASE, userDataBase64: bytes });
        await withStack({ moto, program: first }, async (stack) => {
            const id = String((await stack.up()).outputs["id"]?.value);
            const attribute = new DescribeInstanceAttributeCommand({ InstanceId: id, Attribute: "userData" });
            assert.equal((await moto.aws.ec2.send(attribute)).UserData?.Value, bytes);
            assert.deepEqual(changes(await stack.up()), []);
            stack.program = program({ ...BASE, userData: secret("the password") });
            const run = await stack.up();
            assert.equal(run.outputs["userData"]?.secret, true);
            await stack.refresh();
            const files = readdirSync(stack.stateFolder, { recursive: true, withFileTypes: true });
            const stored = files
                .filter((entry) => entry.isFile())
                .map((entry) => readFileSync(path.join(entry.parentPath, entry.name), "utf8"))
                .join("\n");
            assert.match(stored, /ciphertext/);
            for (const text of ["the password", Buffer.from("the password").toString("base64")]) {
                assert.ok(!stored.includes(text) && !run.text.includes(text), `found: ${text}`);
            }
        });
    });

    it("changes tags and metadata options in place, and is replaced by another image", async () => {
        await withStack({ moto, program: program(BASE) }, async (stack) => {
            const { value: id } = (await stack.up()).outputs["id"] ?? {};
            const changed = {
                ...BASE,
                tags: { Role: "db" },
                metadataOptions: { httpPutResponseHopLimit: 2 },
                instanceType: "t3.small",
            };
            stack.program = program(changed);
            assert.deepEqual(changes(await stack.up()), ["update web"]);
            const [instance] = await instances();
            assert.equal(instance?.InstanceId, id);
            assert.equal(instance?.InstanceType, "t3.small");
            assert.equal(instance?.MetadataOptions?.HttpPutResponseHopLimit, 2);
            assert.deepEqual(instance?.Tags, [{ Key: "Role", Value: "db" }]);
            stack.program = program({ ...changed, ami: "ami-0fedcba9876543210" });
            assert.deepEqual(changes(await stack.up()), REPLACED);
        });
    });

    it("is launched from a template, with an instance profile", async () => {
        await moto.createInstanceProfile("ssm");
        const fromTemplate: Program = async () => {
            const userData = Buffer.from("from the template").toString("base64");
            const template = new aws.ec2.LaunchTemplate("web", { imageId: AMI, instanceType: "t3.micro", userData });
            const launchTemplate = { id: template.id, version: template.latestVersion.apply(String) };
            const { id } = new aws.ec2.Instance("web", { launchTemplate, iamInstanceProfile: "ssm" });
            return { id };
        };
        await withStack({ moto, program: fromTemplate }, async (stack) => {
            const id = String((await stack.up()).outputs["id"]?.value);
            assert.equal(await userDataOf(id), "from the template");
            assert.match((await instances())[0]?.IamInstanceProfile?.Arn ?? "", /\/ssm$/);
            assert.deepEqual(changes(await stack.up()), []);
        });
    });

    it("refuses what it does not know, and what contradicts itself", async () => {
        const unknown = { ...BASE, rootBlockDevice: { volumeSize: 20 } };
        await withStack({ moto, program: program(unknown) }, async (stack) => {
            if (stack.awsPlugin === "installed") {
                return;
            }
            assert.match((await failureOf(stack.preview())).text, /no input rootBlockDevice/);
            stack.program = program({ ...BASE, userData: "one", userDataBase64: "b25l" });
            assert.match((await failureOf(stack.preview())).text, /userData.*conflicts with.*userDataBase64/i);
            assert.deepEqual(await moto.requests(), []);
        });
    });
});
