import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as path from "node:path";
import { after, before, beforeEach, describe, it } from "node:test";
import {
    CreateAutoScalingGroupCommand,
    CreateLaunchConfigurationCommand,
    DescribeInstanceRefreshesCommand,
    StartInstanceRefreshCommand,
} from "@aws-sdk/client-auto-scaling";
import { ModifyInstanceAttributeCommand, RunInstancesCommand } from "@aws-sdk/client-ec2";
import {
    CreateAssociationCommand,
    type CreateAssociationRequest,
    CreateDocumentCommand,
    DeleteAssociationCommand,
    DeleteDocumentCommand,
    DescribeAssociationCommand,
    ListAssociationsCommand,
    UpdateAssociationCommand,
} from "@aws-sdk/client-ssm";
import { type Moto, motoUnavailable, startMoto } from "../support/moto";

let moto: Moto;

const DOCUMENT = {
    schemaVersion: "2.2",
    parameters: { mode: { type: "String", allowedValues: ["apply", "verify"] } },
    mainSteps: [{ action: "aws:runShellScript", name: "run", inputs: { runCommand: ["true"] } }],
};
const GOOD: CreateAssociationRequest = {
    Name: "tune",
    Parameters: { mode: ["apply"] },
    Targets: [{ Key: "tag:Role", Values: ["web"] }],
    ScheduleExpression: "rate(30 minutes)",
    MaxConcurrency: "10%",
    MaxErrors: "0",
    ComplianceSeverity: "HIGH",
    AssociationName: "tcp-tuning",
    OutputLocation: { S3Location: { OutputS3BucketName: "reports" } },
};

async function createDocument(): Promise<void> {
    const Content = JSON.stringify(DOCUMENT);
    await moto.aws.ssm.send(new CreateDocumentCommand({ Name: "tune", DocumentType: "Command", Content }));
}

async function associate(change: Partial<CreateAssociationRequest> = {}) {
    const answer = await moto.aws.ssm.send(new CreateAssociationCommand({ ...GOOD, ...change }));
    return answer.AssociationDescription ?? {};
}

const describeAssociation = async (AssociationId: string | undefined) =>
    (await moto.aws.ssm.send(new DescribeAssociationCommand({ AssociationId }))).AssociationDescription;

const named = (name: string) => (error: Error) => error.name === name;

describe("moto", { skip: motoUnavailable() ?? false }, () => {
    before(async () => {
        moto = await startMoto();
    });
    beforeEach(() => moto.reset());
    after(() => moto.stop());

    it("keeps an association with all its settings, and forgets it with the rest", async () => {
        await createDocument();
        const { AssociationId } = await associate();
        const { Date: date, LastUpdateAssociationDate, ...kept } = (await describeAssociation(AssociationId)) ?? {};
        assert.ok(date instanceof Date && LastUpdateAssociationDate instanceof Date);
        assert.deepEqual(kept, {
            ...GOOD,
            ApplyOnlyAtCronInterval: false,
            AssociationId,
            AssociationVersion: "1",
            DocumentVersion: "$DEFAULT",
            Overview: { Status: "Pending", DetailedStatus: "Creating" },
            SyncCompliance: "AUTO",
        });
        await moto.reset();
        const listed = await moto.aws.ssm.send(new ListAssociationsCommand());
        assert.deepEqual(listed.Associations, []);
    });

    it("makes a new version of an association by an update, without what that leaves out", async () => {
        await createDocument();
        const { AssociationId } = await associate();
        const update = { AssociationId, Parameters: { mode: ["verify"] }, ScheduleExpression: "cron(0 3 ? * SUN *)" };
        await moto.aws.ssm.send(new UpdateAssociationCommand({ ...update, ApplyOnlyAtCronInterval: true }));
        const association = await describeAssociation(AssociationId);
        assert.equal(association?.AssociationVersion, "2");
        assert.equal(association?.MaxErrors, undefined);
        assert.deepEqual(association?.Targets, []);
        await moto.aws.ssm.send(new DeleteAssociationCommand({ AssociationId }));
        await assert.rejects(describeAssociation(AssociationId), named("AssociationDoesNotExist"));
    });

    it("has the status that a test sets, from the second look on", async () => {
        await createDocument();
        const { AssociationId } = await associate();
        const status = async () => (await describeAssociation(AssociationId))?.Overview?.Status;
        assert.deepEqual([await status(), await status()], ["Pending", "Success"]);
        await moto.setAssociationStatus("Failed");
        assert.deepEqual([await status(), await status()], ["Success", "Failed"]);
    });

    it("refuses what the service refuses in an association", async () => {
        await createDocument();
        const cases: [Partial<CreateAssociationRequest>, string][] = [
            [{ Name: "other" }, "InvalidDocument"],
            [{ DocumentVersion: "2" }, "InvalidDocumentVersion"],
            [{ Parameters: {} }, "InvalidParameters"],
            [{ Parameters: { mode: ["destroy"] } }, "InvalidParameters"],
            [{ Parameters: { mode: ["apply"], extra: ["1"] } }, "InvalidParameters"],
            [{ Targets: [{ Key: "Role", Values: ["web"] }] }, "InvalidTarget"],
            [{ ScheduleExpression: "rate(5 minutes)" }, "InvalidSchedule"],
            [{ ScheduleExpression: "hourly" }, "InvalidSchedule"],
            [{ ApplyOnlyAtCronInterval: true }, "ValidationException"],
            [{ MaxConcurrency: "0" }, "ValidationException"],
            [{ MaxErrors: "120%" }, "ValidationException"],
            [{ ComplianceSeverity: "SEVERE" as "HIGH" }, "ValidationException"],
            [{ AssociationName: "two words" }, "ValidationException"],
            [{ OutputLocation: { S3Location: {} } }, "InvalidOutputLocation"],
        ];
        for (const [change, name] of cases) {
            await assert.rejects(associate(change), named(name), JSON.stringify(change));
        }
    });

    it("deletes no document that an association has", async () => {
        await createDocument();
        await associate();
        await assert.rejects(
            moto.aws.ssm.send(new DeleteDocumentCommand({ Name: "tune" })),
            named("AssociatedInstances"),
        );
    });

    it("keeps the instance refreshes of a group, one active at a time", async () => {
        const { autoScaling } = moto.aws;
        const [AutoScalingGroupName, LaunchConfigurationName] = ["web", "web"];
        await autoScaling.send(
            new CreateLaunchConfigurationCommand({
                LaunchConfigurationName,
                ImageId: "ami-12c6146b",
                InstanceType: "t3.micro",
            }),
        );
        await autoScaling.send(
            new CreateAutoScalingGroupCommand({
                AutoScalingGroupName,
                LaunchConfigurationName,
                MinSize: 0,
                MaxSize: 0,
                AvailabilityZones: ["eu-central-1a"],
            }),
        );
        const start = new StartInstanceRefreshCommand({
            AutoScalingGroupName,
            Preferences: { MinHealthyPercentage: 50 },
        });
        const { InstanceRefreshId } = await autoScaling.send(start);
        await assert.rejects(autoScaling.send(start), /already in progress/);
        const { InstanceRefreshes } = await autoScaling.send(
            new DescribeInstanceRefreshesCommand({ AutoScalingGroupName }),
        );
        assert.deepEqual(
            InstanceRefreshes?.map((refresh) => refresh.InstanceRefreshId),
            [InstanceRefreshId],
        );
        assert.equal(InstanceRefreshes?.[0]?.Preferences?.MinHealthyPercentage, 50);
    });

    it("holds EC2's limits of user data, and tells what it was asked", async () => {
        const { ec2 } = moto.aws;
        const launch = (bytes: number) =>
            ec2.send(
                new RunInstancesCommand({
                    ImageId: "ami-12c6146b",
                    MinCount: 1,
                    MaxCount: 1,
                    UserData: Buffer.alloc(bytes, "#").toString("base64"),
                }),
            );
        await assert.rejects(launch(16_385), /limited to 16384 bytes/);
        const InstanceId = (await launch(16_384)).Instances?.[0]?.InstanceId;
        const change = new ModifyInstanceAttributeCommand({ InstanceId, UserData: { Value: Buffer.from("#") } });
        await assert.rejects(ec2.send(change), named("IncorrectInstanceState"));
        const asked = (await moto.requests()).map(({ service, action }) => `${service} ${action}`);
        assert.deepEqual(asked, ["ec2 RunInstances", "ec2 RunInstances", "ec2 ModifyInstanceAttribute"]);
        const [changed] = await moto.requests("ModifyInstanceAttribute");
        assert.equal(changed?.parameters["InstanceId"], InstanceId);
    });

    it("ends with the process that started it", async () => {
        const program =
            `require(${JSON.stringify(path.join(__dirname, "../support/moto"))}).startMoto()` +
            `.then((moto) => console.log(moto.url))`;
        const url = execFileSync(process.execPath, ["-e", program], { encoding: "utf8" }).trim();
        await assert.rejects(fetch(url), TypeError);
    });
});
