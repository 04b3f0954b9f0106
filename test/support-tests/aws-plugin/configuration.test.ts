import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import * as aws from "@pulumi/aws";
import { configure } from "../../support/aws-plugin/configuration";
import { type Moto, motoUnavailable, startMoto } from "../../support/moto";
import { failureOf, type Program, withStack } from "../../support/stack";

const endpoints = JSON.stringify([
    { ec2: "http://127.0.0.1:1", ssm: "http://127.0.0.1:1", autoscaling: "http://127.0.0.1:1" },
]);

describe("the configuration of the stand-in for the AWS plugin", () => {
    it("needs a region and endpoints, and refuses what it does not know", () => {
        const before = process.env["AWS_ENDPOINT_URL"];
        delete process.env["AWS_ENDPOINT_URL"];
        try {
            assert.throws(() => configure({ region: "eu-central-1" }), /needs an endpoint of ec2.*AWS_ENDPOINT_URL/);
            assert.throws(
                () => configure({ region: "eu-central-1", endpoints, defaultTags: "{}" }),
                /was given defaultTags/,
            );
            assert.doesNotThrow(() =>
                configure({ region: "eu-central-1", endpoints, skipCredentialsValidation: "true" }),
            );
        } finally {
            Object.assign(process.env, before === undefined ? {} : { AWS_ENDPOINT_URL: before });
        }
    });
});

describe("a provider of the program's own", { skip: motoUnavailable() ?? false }, () => {
    let moto: Moto;
    before(async () => {
        moto = await startMoto();
    });
    after(() => moto.stop());

    /** The endpoints come from the environment, as with the real plugin. */
    const inRegion =
        (region: aws.Region): Program =>
        async () => {
            const provider = new aws.Provider("other", { region, skipCredentialsValidation: true });
            const { arn } = new aws.ec2.LaunchTemplate("web", { imageId: "ami-1" }, { provider });
            return { arn };
        };

    it("has a region of its own, and what is no resource here is refused", async () => {
        await withStack({ moto, program: inRegion("eu-west-1") }, async (stack) => {
            assert.match(
                String((await stack.up()).outputs["arn"]?.value),
                /^arn:aws:ec2:eu-west-1:123456789012:launch-template/,
            );
            await stack.destroy();
            if (stack.awsPlugin === "installed") {
                return;
            }
            stack.program = async () => void new aws.s3.Bucket("reports");
            assert.match((await failureOf(stack.up())).text, /stand-in for the AWS plugin knows .*not aws:s3/);
        });
    });
});
