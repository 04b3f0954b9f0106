import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { DescribeAutoScalingGroupsCommand, DescribeInstanceRefreshesCommand } from "@aws-sdk/client-auto-scaling";
import { DescribeLaunchTemplatesCommand, DescribeLaunchTemplateVersionsCommand } from "@aws-sdk/client-ec2";
import * as aws from "@pulumi/aws";
import { type Moto, motoUnavailable, startMoto } from "../../support/moto";
import { changes, failureOf, type Program, withStack } from "../../support/stack";

/** With the real AWS plugin installed, these tests are about that one. */

let moto: Moto;

const encoded = (text: string) => Buffer.from(text).toString("base64");
const TEMPLATE: aws.ec2.LaunchTemplateArgs = {
    namePrefix: "web-",
    imageId: "ami-0123456789abcdef0",
    instanceType: "t3.micro",
    metadataOptions: { httpTokens: "required" },
    tagSpecifications: [{ resourceType: "instance", tags: { Role: "web" } }],
    tags: { Team: "ops" },
    userData: encoded("one"),
};
const GROUP = {
    availabilityZones: ["eu-central-1a"],
    minSize: 1,
    maxSize: 2,
    healthCheckType: "EC2",
    tags: [{ key: "Role", value: "web", propagateAtLaunch: true }],
};

function templateProgram(args: aws.ec2.LaunchTemplateArgs): Program {
    return async () => {
        const { id, name, latestVersion, defaultVersion } = new aws.ec2.LaunchTemplate("web", args);
        return { id, name, latestVersion, defaultVersion };
    };
}

function groupProgram(template: aws.ec2.LaunchTemplateArgs, group: Partial<aws.autoscaling.GroupArgs> = {}): Program {
    return async () => {
        const { id, latestVersion } = new aws.ec2.LaunchTemplate("web", template);
        const launchTemplate = { id, version: latestVersion.apply(String) };
        const { name, arn } = new aws.autoscaling.Group("web", { ...GROUP, launchTemplate, ...group });
        return { name, arn };
    };
}

/** What each version of the only template launches with, in order. */
async function versions() {
    const { LaunchTemplates: [template] = [] } = await moto.aws.ec2.send(new DescribeLaunchTemplatesCommand());
    const all = new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateId: template?.LaunchTemplateId });
    const { LaunchTemplateVersions = [] } = await moto.aws.ec2.send(all);
    return LaunchTemplateVersions.sort((a, b) => (a.VersionNumber ?? 0) - (b.VersionNumber ?? 0));
}

const userData = async () => (await versions()).map(({ LaunchTemplateData }) => LaunchTemplateData?.UserData);

async function groups() {
    return (await moto.aws.autoScaling.send(new DescribeAutoScalingGroupsCommand())).AutoScalingGroups ?? [];
}

async function refreshes(name: unknown) {
    const command = new DescribeInstanceRefreshesCommand({ AutoScalingGroupName: String(name) });
    return (await moto.aws.autoScaling.send(command)).InstanceRefreshes ?? [];
}

before(async () => {
    if (motoUnavailable() === undefined) {
        moto = await startMoto();
    }
});
beforeEach(() => moto?.reset());
after(() => moto?.stop());

describe("a launch template", { skip: motoUnavailable() ?? false }, () => {
    it("gets a version for every change, which becomes the default only when it should", async () => {
        await withStack({ moto, program: templateProgram(TEMPLATE) }, async (stack) => {
            const { outputs } = await stack.up();
            assert.match(String(outputs["name"]?.value), /^web-./);
            assert.deepEqual([outputs["latestVersion"]?.value, outputs["defaultVersion"]?.value], [1, 1]);
            const [version] = await versions();
            assert.equal(version?.LaunchTemplateData?.MetadataOptions?.HttpTokens, "required");
            assert.deepEqual(changes(await stack.up({ refresh: true })), ["refresh web"]);

            stack.program = templateProgram({ ...TEMPLATE, userData: encoded("two") });
            const second = await stack.up();
            assert.deepEqual(changes(second), ["update web"]);
            assert.equal(second.outputs["id"]?.value, outputs["id"]?.value);
            assert.deepEqual([second.outputs["latestVersion"]?.value, second.outputs["defaultVersion"]?.value], [2, 1]);

            stack.program = templateProgram({ ...TEMPLATE, userData: encoded("three"), updateDefaultVersion: true });
            const third = (await stack.up()).outputs;
            assert.deepEqual([third["latestVersion"]?.value, third["defaultVersion"]?.value], [3, 3]);
            assert.deepEqual(await userData(), ["one", "two", "three"].map(encoded));
            assert.deepEqual(changes(await stack.destroy()), ["delete web"]);
            assert.deepEqual((await moto.aws.ec2.send(new DescribeLaunchTemplatesCommand())).LaunchTemplates, []);
        });
    });

    it("has no new version for its own tags, and another name is another template", async () => {
        await withStack({ moto, program: templateProgram(TEMPLATE) }, async (stack) => {
            await stack.up();
            stack.program = templateProgram({ ...TEMPLATE, tags: { Team: "web" } });
            assert.deepEqual(changes(await stack.up()), ["update web"]);
            assert.equal((await versions()).length, 1);
            const { LaunchTemplates: [template] = [] } = await moto.aws.ec2.send(new DescribeLaunchTemplatesCommand());
            assert.deepEqual(template?.Tags, [{ Key: "Team", Value: "web" }]);
            stack.program = templateProgram({ ...TEMPLATE, namePrefix: "db-" });
            assert.match(String((await stack.up()).outputs["name"]?.value), /^db-/);
            assert.deepEqual(
                (await moto.aws.ec2.send(new DescribeLaunchTemplatesCommand())).LaunchTemplates?.length,
                1,
            );
        });
    });
});

describe("an Auto Scaling group", { skip: motoUnavailable() ?? false }, () => {
    it("launches what its template says, and is emptied before it goes", async () => {
        await withStack({ moto, program: groupProgram(TEMPLATE) }, async (stack) => {
            const { outputs } = await stack.up();
            const [group] = await groups();
            assert.equal(group?.AutoScalingGroupName, outputs["name"]?.value);
            assert.equal(group?.AutoScalingGroupARN, outputs["arn"]?.value);
            assert.equal(group?.Instances?.length, 1);
            assert.deepEqual(changes(await stack.up({ refresh: true })), ["refresh web", "refresh web"]);
            stack.program = groupProgram(TEMPLATE, {
                minSize: 2,
                tags: [{ key: "Role", value: "db", propagateAtLaunch: false }],
            });
            assert.deepEqual(changes(await stack.up()), ["update web"]);
            const [larger] = await groups();
            assert.equal(larger?.Instances?.length, 2);
            assert.deepEqual(
                larger?.Tags?.map(({ Key, Value }) => [Key, Value]),
                [["Role", "db"]],
            );
            assert.deepEqual(await refreshes(outputs["name"]?.value), []);
            await stack.destroy();
            assert.deepEqual(await groups(), []);
        });
    });

    it("starts an instance refresh for a new version of its template, in place of one under way", async () => {
        const instanceRefresh = {
            strategy: "Rolling",
            preferences: { minHealthyPercentage: 50, instanceWarmup: "60" },
        };
        await withStack({ moto, program: groupProgram(TEMPLATE, { instanceRefresh }) }, async (stack) => {
            const {
                outputs: { name },
            } = await stack.up();
            assert.deepEqual(await refreshes(name?.value), []);
            for (const text of ["two", "three"]) {
                stack.program = groupProgram({ ...TEMPLATE, userData: encoded(text) }, { instanceRefresh });
                assert.deepEqual(changes(await stack.up()), ["update web", "update web"]);
            }
            const [newest, ...older] = await refreshes(name?.value);
            assert.deepEqual(newest?.Preferences, { MinHealthyPercentage: 50, InstanceWarmup: 60 });
            assert.deepEqual(
                [newest, ...older].map((refresh) => refresh?.Status),
                ["InProgress", "Cancelled"],
            );
            assert.equal((await groups())[0]?.LaunchTemplate?.Version, "3");
            const triggered = { ...instanceRefresh, triggers: ["tag"] };
            const tags = [{ key: "Role", value: "db", propagateAtLaunch: true }];
            stack.program = groupProgram(
                { ...TEMPLATE, userData: encoded("three") },
                { instanceRefresh: triggered, tags },
            );
            await stack.up();
            assert.equal((await refreshes(name?.value)).length, 3);
        });
    });

    it("starts none for `$Latest`, which does not change", async () => {
        const latest =
            (text: string): Program =>
            async () => {
                const { id } = new aws.ec2.LaunchTemplate("web", { ...TEMPLATE, userData: encoded(text) });
                const launchTemplate = { id, version: "$Latest" };
                const instanceRefresh = { strategy: "Rolling" };
                const { name } = new aws.autoscaling.Group("web", { ...GROUP, launchTemplate, instanceRefresh });
                return { name };
            };
        await withStack({ moto, program: latest("one") }, async (stack) => {
            const {
                outputs: { name },
            } = await stack.up();
            stack.program = latest("two");
            assert.deepEqual(changes(await stack.up()), ["update web"]);
            assert.deepEqual(await refreshes(name?.value), []);
        });
    });

    it("refuses what it does not know", async () => {
        const mixedInstancesPolicy = { launchTemplate: { launchTemplateSpecification: { launchTemplateId: "lt-1" } } };
        await withStack({ moto, program: groupProgram(TEMPLATE, { mixedInstancesPolicy }) }, async (stack) => {
            if (stack.awsPlugin === "installed") {
                return;
            }
            assert.match((await failureOf(stack.preview())).text, /no input mixedInstancesPolicy/);
        });
    });
});
