import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { DescribeInstanceRefreshesCommand } from "@aws-sdk/client-auto-scaling";
import {
    DescribeInstanceAttributeCommand,
    DescribeInstancesCommand,
    DescribeLaunchTemplateVersionsCommand,
} from "@aws-sdk/client-ec2";
import {
    DescribeAssociationCommand,
    GetDocumentCommand,
    ListAssociationsCommand,
    ListDocumentsCommand,
} from "@aws-sdk/client-ssm";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import {
    type InstanceTuningArgs,
    TunedInstance,
    TunedLaunchTemplate,
    TuningAssociation,
    type TuningAssociationArgs,
} from "../../components/aws";
import { partsOf, type UserDataPart, unpacked } from "../support/cloud-init";
import { hostsUnavailable } from "../support/hosts";
import { type Moto, motoUnavailable, startMoto } from "../support/moto";
import { oneHost } from "../support/one-host";
import { changes, failureOf, type Program, type Run, withStack } from "../support/stack";
import { connectionTo } from "../support/tuning";

const KEY = "net.ipv4.tcp_fin_timeout";
const machine = { ami: "ami-0123456789abcdef0", instanceType: "t3.micro" };
const tuningTo = (seconds: number) => ({ profile: "high-traffic", parameters: { [KEY]: seconds } }) as const;

describe("on AWS", { skip: motoUnavailable() ?? false }, () => {
    let moto: Moto;
    before(async () => void (moto = await startMoto()));
    beforeEach(() => moto.reset());
    after(() => moto.stop());

    /** The value that the first part of user data applies, as AWS has it. */
    const appliedBy = (userData = ""): string | undefined => valueIn(partsOf(unpacked(userData))[0]!);

    describe("a tuned instance", () => {
        const program =
            (tuning: InstanceTuningArgs, args: Partial<aws.ec2.InstanceArgs> = {}): Program =>
            async () => {
                const { id, summary } = new TunedInstance("web", { ...machine, ...args, tuning });
                return { id, summary };
            };
        const userDataOf = async (InstanceId: string) =>
            (await moto.aws.ec2.send(new DescribeInstanceAttributeCommand({ InstanceId, Attribute: "userData" })))
                .UserData?.Value;
        const states = async () =>
            ((await moto.aws.ec2.send(new DescribeInstancesCommand())).Reservations ?? []).flatMap(
                ({ Instances = [] }) => Instances.map(({ State }) => State?.Name),
            );

        it("boots with its user data, stays when nothing changed, and is stopped and started for another tuning", () =>
            withStack({ moto, program: program(tuningTo(30)) }, async (stack) => {
                const { outputs } = await stack.up();
                const id = String(outputs["id"]?.value);
                assert.equal(appliedBy(await userDataOf(id)), "30");
                assert.deepEqual(changes(await stack.up({ program: program(tuningTo(30)) })), []);
                await stack.refresh();
                assert.deepEqual(changes(await stack.preview()), []);

                stack.program = program(tuningTo(20));
                const { text } = await stack.preview({ diff: true });
                assert.match(text, /~ net\.ipv4\.tcp_fin_timeout *: "30" => "20"/);
                assert.doesNotMatch(text, /[A-Za-z0-9+/]{200}/);
                assert.deepEqual(changesOf("aws:", await stack.up()), ["update web"]);
                assert.equal(appliedBy(await userDataOf(id)), "20");
                assert.equal((await moto.requests("StopInstances", "StartInstances")).length, 2);
                await stack.destroy();
                assert.deepEqual(await states(), ["terminated"]);
            }));

        it("is replaced for another tuning only when asked", () =>
            withStack({ moto, program: program(tuningTo(30), { userDataReplaceOnChange: true }) }, async (stack) => {
                await stack.up();
                stack.program = program(tuningTo(20), { userDataReplaceOnChange: true });
                assert.deepEqual(changesOf("aws:", await stack.up()), [
                    "create-replacement web",
                    "replace web",
                    "delete-replaced web",
                ]);
                assert.deepEqual((await states()).sort(), ["running", "terminated"]);
                await stack.destroy();
            }));

        it("takes the place of an instance that is there already", () => {
            const plain: Program = async () => void new aws.ec2.Instance("web", machine);
            return withStack({ moto, program: plain }, async (stack) => {
                await stack.up();
                stack.program = program(tuningTo(30));
                assert.deepEqual(changes(await stack.up()), ["create web", "update web"]);
                assert.deepEqual(await states(), ["running"]);
                await stack.destroy();
            });
        });

        it("stays as it is when its user data comes late and is too long, or a value comes late and is wrong", () => {
            const noise = Array.from({ length: 6000 }, (_, index) => `# ${Math.sin(index)}\n`).join("");
            const late = <T>(value: T) => pulumi.output(Promise.resolve(value)) as pulumi.Output<T>;
            return withStack(
                { moto, program: program(tuningTo(30), { userData: late("#!/bin/sh\n") }) },
                async (stack) => {
                    await stack.up();
                    stack.program = program(tuningTo(30), { userData: late(`#!/bin/sh\n${noise}`) });
                    for (const run of [() => stack.preview(), () => stack.up()]) {
                        assert.match(
                            (await failureOf(run())).text,
                            /user data: \d+ bytes, \d+ gzip'd, and EC2 takes 16384/,
                        );
                    }
                    stack.program = program({ parameters: { [KEY]: late(-1) } });
                    assert.match((await failureOf(stack.up())).text, /VAL-NEGATIVE net\.ipv4\.tcp_fin_timeout = "-1"/);
                    assert.deepEqual(await states(), ["running"]);
                    await stack.destroy();
                },
            );
        });

        describe("with a connection", { skip: hostsUnavailable() ?? false }, () => {
            const one = oneHost();

            const reached = (bootSeconds = 60): InstanceTuningArgs => ({
                ...tuningTo(30),
                bootSeconds,
                become: true,
                connection: {
                    ...connectionTo(one.host, one.hosts, { user: "deploy", dialErrorLimit: 20 }),
                    hostKey: one.host.hostKeys.ecdsa,
                },
            });
            /** Does what cloud-init does with a part, for the machine that stands for the instance. */
            async function boot(part: UserDataPart | undefined): Promise<void> {
                await one.host.writeFile("/root/part", part!.content.replace("#cloud-boothook\n", ""));
                await one.host.mustExec(
                    "sh /root/part && rm /root/part && mkdir -p /run/cloud-init && touch /run/cloud-init/result.json",
                );
            }

            it("is verified over SSH once its boot has ended, as somebody who is not root, by the whole agent", () =>
                withStack({ moto, program: program(reached()) }, async (stack) => {
                    const up = stack.up();
                    await eventually(async () => (await states()).length === 1);
                    const [{ InstanceId } = {}] = (
                        (await moto.aws.ec2.send(new DescribeInstancesCommand())).Reservations ?? []
                    ).flatMap(({ Instances = [] }) => Instances);
                    await boot(partsOf(unpacked((await userDataOf(InstanceId!)) ?? ""))[0]);
                    const { outputs, steps } = await up;
                    assert.match(String(outputs["summary"]?.value), /^\d+ parameters in force/);
                    assert.deepEqual(steps.map(({ name }) => name).sort(), ["web", "web", "web-verify"]);
                    await stack.destroy();
                }));

            it("fails up where its user data did not apply, and says where to look", () =>
                withStack({ moto, program: program(reached(10)) }, async (stack) => {
                    const { text } = await failureOf(stack.up());
                    assert.match(
                        text,
                        /nothing is applied here under the name 'test-dev-web'; user data did not apply it: "cloud-init status --long"/,
                    );
                    await stack.destroy();
                }));
        });
    });

    it("a tuned launch template gets a new version for another tuning, and its group an instance refresh", () => {
        const program =
            (seconds: number): Program =>
            async () => {
                const template = new TunedLaunchTemplate("web", {
                    imageId: machine.ami,
                    instanceType: machine.instanceType,
                    tuning: tuningTo(seconds),
                });
                const { name } = new aws.autoscaling.Group("web", {
                    minSize: 0,
                    maxSize: 1,
                    availabilityZones: ["eu-central-1a"],
                    launchTemplate: { id: template.id, version: template.latestVersion.apply(String) },
                    instanceRefresh: { strategy: "Rolling" },
                });
                return { id: template.id, name };
            };
        return withStack({ moto, program: program(30) }, async (stack) => {
            const { outputs } = await stack.up();
            stack.program = program(20);
            assert.deepEqual(changesOf("aws:", await stack.up()), ["update web", "update web"]);
            const LaunchTemplateId = String(outputs["id"]?.value);
            const { LaunchTemplateVersions = [] } = await moto.aws.ec2.send(
                new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateId }),
            );
            const applied = LaunchTemplateVersions.map(({ LaunchTemplateData }) =>
                appliedBy(LaunchTemplateData?.UserData),
            );
            assert.deepEqual(applied.sort(), ["20", "30"]);
            const AutoScalingGroupName = String(outputs["name"]?.value);
            const refreshes = await moto.aws.autoScaling.send(
                new DescribeInstanceRefreshesCommand({ AutoScalingGroupName }),
            );
            assert.equal(refreshes.InstanceRefreshes?.length, 1);
            await stack.refresh();
            assert.deepEqual(changes(await stack.preview()), []);
            await stack.destroy();
        });
    });

    describe("a tuning by State Manager", () => {
        const program =
            (seconds: number, args: Partial<TuningAssociationArgs> = {}): Program =>
            async () => {
                const { document, association } = new TuningAssociation("fleet", {
                    targets: [{ key: "tag:Role", values: ["web"] }],
                    tuning: tuningTo(seconds),
                    ...args,
                });
                return { document: document.name, association: association.associationId };
            };
        const associations = async () => (await moto.aws.ssm.send(new ListAssociationsCommand())).Associations ?? [];
        const described = async (AssociationId: unknown) =>
            (await moto.aws.ssm.send(new DescribeAssociationCommand({ AssociationId: String(AssociationId) })))
                .AssociationDescription;
        const content = async (Name: unknown) =>
            (await moto.aws.ssm.send(new GetDocumentCommand({ Name: String(Name) }))).Content ?? "";

        it("is a document and one association on the targets, gone with the stack", () =>
            withStack({ moto, program: program(30) }, async (stack) => {
                const { outputs } = await stack.up();
                assert.match(await content(outputs["document"]?.value), /"net\.ipv4\.tcp_fin_timeout = 30"/);
                const { Targets, MaxErrors } = (await described(outputs["association"]?.value)) ?? {};
                assert.deepEqual([Targets, MaxErrors], [[{ Key: "tag:Role", Values: ["web"] }], "10%"]);
                assert.deepEqual(changes(await stack.up()), []);
                await stack.refresh();
                assert.deepEqual(changes(await stack.preview()), []);
                await stack.destroy();
                const { DocumentIdentifiers } = await moto.aws.ssm.send(
                    new ListDocumentsCommand({ Filters: [{ Key: "Owner", Values: ["Self"] }] }),
                );
                assert.deepEqual([await associations(), DocumentIdentifiers], [[], []]);
            }));

        it("runs another document by a new association, whose success up waits for, and can go back", () =>
            withStack({ moto, program: program(30) }, async (stack) => {
                let last = (await stack.up()).outputs;
                for (const [seconds, ensure] of [
                    [20, "tuned"],
                    [30, "tuned"],
                    [30, "absent"],
                    [30, "tuned"],
                ] as const) {
                    stack.program = program(seconds, { ensure });
                    const { outputs } = await stack.up();
                    assert.notEqual(outputs["association"]?.value, last["association"]?.value);
                    const expected =
                        ensure === "absent"
                            ? /"name": "restore"/
                            : new RegExp(`"net\\.ipv4\\.tcp_fin_timeout = ${seconds}"`);
                    assert.match(await content(outputs["document"]?.value), expected);
                    assert.equal((await described(outputs["association"]?.value))?.Name, outputs["document"]?.value);
                    assert.equal((await associations()).length, 1);
                    last = outputs;
                }
                await stack.destroy();
            }));

        it("makes a new association, too, for other targets, where up waits; else it is changed in place", () =>
            withStack({ moto, program: program(30) }, async (stack) => {
                const targets = (role: string) => [{ key: "tag:Role", values: [role] }];
                const after = async (role: string, waitForSuccessTimeoutSeconds?: number) => {
                    stack.program = program(30, { targets: targets(role), waitForSuccessTimeoutSeconds });
                    return (await stack.up()).outputs["association"]?.value;
                };
                const first = await after("web");
                const second = await after("db");
                assert.notEqual(second, first);
                await after("db", 0);
                assert.equal(await after("web", 0), await after("db", 0));
                await stack.destroy();
            }));

        it("fails up when hosts fail, also in a change", () =>
            withStack({ moto, program: program(30) }, async (stack) => {
                await stack.up();
                await moto.setAssociationStatus("Failed");
                stack.program = program(20);
                await failureOf(stack.up());
                await moto.setAssociationStatus("Success");
                await stack.destroy();
            }));

        it("stays as it is when a value comes late and is wrong", () =>
            withStack({ moto, program: program(30) }, async (stack) => {
                const first = (await stack.up()).outputs["association"]?.value;
                const late = pulumi.output(Promise.resolve(-1)) as pulumi.Output<number>;
                stack.program = program(30, { tuning: { parameters: { [KEY]: late } } });
                assert.match((await failureOf(stack.up())).text, /VAL-NEGATIVE/);
                assert.notEqual(await described(first), undefined);
                stack.program = program(30);
                assert.deepEqual(
                    changes(await stack.preview()).filter((change) => !/ fleet$/.test(change)),
                    [],
                );
                await stack.destroy();
            }));
    });
});

/** What happened to resources of these types. */
function changesOf(types: string, run: Run): string[] {
    return changes({ ...run, steps: run.steps.filter(({ type }) => type.startsWith(types)) });
}

/** What a part's request says of the key. */
function valueIn({ content }: UserDataPart): string | undefined {
    return new RegExp(`^${KEY} = (.*)$`, "m").exec(content)?.[1];
}

async function eventually(isSo: () => Promise<boolean>): Promise<void> {
    for (const end = Date.now() + 30_000; !(await isSo()); await new Promise((resolve) => setTimeout(resolve, 200))) {
        assert.ok(Date.now() < end, "not within 30 s");
    }
}
