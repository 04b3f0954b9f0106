import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { afterEach, beforeEach, describe, it } from "node:test";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { TcpTuning, type TcpTuningArgs } from "../../components";
import { launchPacked } from "../../src/agent/launcher";
import { applyRequest, ownerOf } from "../../src/agent/request";
import { renderDropIn } from "../../src/drop-in";
import { partsOf, unpacked } from "../support/cloud-init";
import { hostsUnavailable } from "../support/hosts";
import { mockEngine, type Registered, settled } from "../support/mocks";
import { oneHost } from "../support/one-host";

const REPORT = "/var/lib/tcp-tuning/shop-prod-web/report.json";
const KEY = "net.ipv4.tcp_fin_timeout";

describe("user data", () => {
    let registered: Registered[];
    beforeEach(async () => void (registered = await mockEngine()));
    afterEach(() => pulumi.runtime.disconnect());

    const tuning = (args: Partial<TcpTuningArgs> = {}) =>
        new TcpTuning("web", { profile: "high-traffic", delivery: "user-data", ...args });
    const parts = async (args?: Partial<TcpTuningArgs>) => partsOf(await settled(tuning(args).userData));

    it("is taken by an EC2 instance, connects nowhere, and carries no secret", async () => {
        const web = tuning();
        const instance = new aws.ec2.Instance("web", {
            ami: "ami-1",
            instanceType: "t3.micro",
            userDataBase64: web.userDataBase64,
        });
        await settled(instance.id);
        const inputs = registered.find(({ type }) => type === "aws:ec2/instance:Instance")?.inputs ?? {};
        assert.equal(unpacked(String(inputs["userDataBase64"])), await settled(web.userData));
        assert.deepEqual(
            registered.filter(({ type }) => type === "command:remote:Command"),
            [],
        );
    });

    it("fits into EC2's 16,384 bytes with every profile", async () => {
        for (const profile of ["base", "high-traffic", "full", "modern"] as const) {
            const { userData, userDataBase64 } = tuning({ profile });
            const sent = await settled(userDataBase64);
            const { length } = Buffer.from(sent, "base64");
            assert.ok(length <= 16_384, `${profile}: ${length}`);
            assert.equal(unpacked(sent), await settled(userData));
        }
    });

    it("applies in a boothook, runs what the user has as it is, and verifies in the last script", async () => {
        const mergeWith = pulumi.output("#cloud-config\npackages: [nginx]\n");
        const [apply, own, verify, ...others] = await parts({ mergeWith });
        assert.deepEqual(
            [apply?.type, own?.type, verify?.type, others],
            ["text/cloud-boothook", "text/plain", "text/x-shellscript", []],
        );
        assert.match(apply!.content, /^#cloud-boothook\n#!\/bin\/sh\n/);
        assert.equal(own!.content, "#cloud-config\npackages: [nginx]\n");
        assert.equal(verify!.filename, "zzzz-tcp-tuning-shop-prod-web-verify");
    });

    it("is clean to shellcheck", {
        skip: spawnSync("shellcheck", ["--version"]).error ? "shellcheck is missing" : false,
    }, async () => {
        for (const { content } of await parts({ onFailure: "poweroff" })) {
            const { stdout } = spawnSync("shellcheck", ["-s", "sh", "-e", "SC2016", "-"], {
                input: content.replace("#cloud-boothook\n", ""),
                encoding: "utf8",
            });
            assert.equal(stdout, "");
        }
    });

    it("keeps what the user has a secret", async () => {
        const web = tuning({ mergeWith: pulumi.secret("#!/bin/sh\nexport TOKEN=1\n") });
        assert.equal(await pulumi.isSecret(web.userDataBase64), true);
    });

    it("names both sizes when there is too much of it, to who reads it only", async () => {
        const noise = Array.from({ length: 2000 }, (_, index) => `# ${Math.sin(index)}`).join("\n");
        const web = tuning({ mergeWith: `#!/bin/sh\n${noise}\n` });
        assert.ok((await settled(web.userData)).length > 30_000);
        assert.match(
            await settled(web.userDataBase64),
            /user data: \d+ bytes, \d+ gzip'd, and EC2 takes 16384\. Shorten what mergeWith/,
        );
    });

    it("takes only known words for a failure", () => {
        assert.throws(
            () => tuning({ onFailure: "reboot" as "report" }),
            /onFailure: received "reboot"; write "report" or "poweroff"/,
        );
    });

    describe("on a host", { skip: hostsUnavailable() ?? false }, () => {
        const one = oneHost();

        /** Runs a part as cloud-init does: from a file, without the line that only names its kind. */
        async function run(part: { readonly content: string } | undefined, ...args: string[]) {
            await one.host.writeFile("/root/part", part!.content.replace("#cloud-boothook\n", ""));
            return one.host.exec(["sh", "/root/part", ...args]);
        }

        const report = async () => JSON.parse(await one.host.readFile(REPORT));

        it("is applied at each boot, and verified with a report that stays", async () => {
            const [apply, verify] = await parts();
            assert.deepEqual((await run(apply)).code, 0);
            assert.equal(await one.host.readSysctl(KEY), "30");
            const { code, stdout } = await run(verify);
            assert.equal(code, 0);
            assert.match(stdout, /^tcp-tuning shop-prod-web: in force \(first check, up \d+ s, boot [0-9a-f-]{36}\)$/m);
            assert.deepEqual([(await report()).ok, (await report()).verb], [true, "verify"]);
            await one.host.reboot();
            assert.match((await run(apply)).stdout, /"generation":1,.*"changed":0/);
            assert.equal((await one.host.exec(`sh ${REPORT.replace("report.json", "check")} second`)).code, 0);
        });

        it("fails in the last script and says why, where the boothook could not apply", async () => {
            const undo = await one.host.makeProcSysReadOnly();
            const [apply, verify] = await parts();
            assert.notEqual((await run(apply)).code, 0);
            const { code, stdout } = await run(verify);
            await undo();
            assert.notEqual(code, 0);
            assert.match(stdout, /NOT IN FORCE: .*KEY-READ-ONLY: net\.\S+ cannot be written here/);
            const { ok, problems } = await report();
            assert.equal(ok, false);
            assert.match(problems[0], /KEY-READ-ONLY/);
        });

        describe("after the host was tuned over SSH since", () => {
            const dropIn = renderDropIn("shop-prod-web", [{ key: KEY, value: "20", optional: false }]);
            const request = { name: "shop-prod-web", owner: ownerOf("shop", "prod", "web"), dropIn };

            beforeEach(async () => {
                await run((await parts())[0]);
                await one.host.mustExec(launchPacked("apply"), { input: applyRequest(request) });
            });

            it("leaves it alone while it stays the same, at each boot and in its last script", async () => {
                const [apply, verify] = await parts({ onFailure: "poweroff" });
                assert.match((await run(verify)).stdout, /: in force \(first check/);
                await one.host.reboot();
                assert.equal((await run(apply)).code, 0);
                assert.equal(await one.host.readSysctl(KEY), "20");
            });

            it("finds in its last script what was changed by hand after that", async () => {
                await one.host.mustExec(`sysctl -qw ${KEY}=44`);
                assert.match(
                    (await run((await parts())[1])).stdout,
                    /NOT IN FORCE: .*tcp_fin_timeout is 44 instead of 20/,
                );
            });

            it("is newer itself once it is another tuning's", async () => {
                const [apply, verify] = await parts({ parameters: { [KEY]: 25 } });
                await one.host.reboot();
                await run(apply);
                assert.equal(await one.host.readSysctl(KEY), "25");
                assert.equal((await run(verify)).code, 0);
            });
        });
    });
});
