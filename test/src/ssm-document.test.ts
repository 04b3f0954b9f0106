import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { describe, it } from "node:test";
import { type DocumentRequest, ssmDocument } from "../../src/ssm-document";
import { hostsUnavailable } from "../support/hosts";
import { oneHost } from "../support/one-host";
import { stateOf } from "../support/tuning";

const KEY = "net.ipv4.tcp_fin_timeout";
const request = { name: "shop-prod-web", owner: "0123456789ab", dropIn: `${KEY} = 30\n` };

/** What the SSM agent writes to a file and runs. */
function scriptOf(given: Partial<DocumentRequest> = {}): string {
    const { mainSteps } = JSON.parse(ssmDocument({ ...request, ...given }));
    return mainSteps[0].inputs.runCommand.join("\n");
}

describe("an SSM document", () => {
    it("is a Command document that Linux alone runs, with a bounded time", () => {
        const {
            schemaVersion,
            mainSteps: [step, ...others],
        } = JSON.parse(ssmDocument(request));
        assert.deepEqual([schemaVersion, step.action, others], ["2.2", "aws:runShellScript", []]);
        assert.deepEqual(step.precondition, { StringEquals: ["platformType", "Linux"] });
        assert.equal(step.inputs.timeoutSeconds, "180");
    });

    it("has nothing that SSM would take for one of its parameters", () => {
        const dropIn = "net.ipv4.x = {{ ssm:password }}\n";
        assert.doesNotMatch(ssmDocument({ ...request, dropIn }), /\{\{|\}\}/);
    });

    it("is refused above SSM's 65,536 bytes, with both sizes", () => {
        const dropIn = Array.from({ length: 3000 }, (_, index) => `net.ipv4.key_${index} = 1\n`).join("");
        assert.throws(
            () => ssmDocument({ ...request, dropIn }),
            /SSM document: \d+ bytes, and SSM takes 65536\. Set fewer parameters/,
        );
    });

    it("is clean to shellcheck", {
        skip: spawnSync("shellcheck", ["--version"]).error ? "shellcheck is missing" : false,
    }, () => {
        const { stdout } = spawnSync("shellcheck", ["-s", "sh", "-e", "SC2016", "-"], {
            input: scriptOf(),
            encoding: "utf8",
        });
        assert.equal(stdout, "");
    });

    describe("on a host", { skip: hostsUnavailable() ?? false }, () => {
        const one = oneHost();

        async function run(given: Partial<DocumentRequest> = {}) {
            await one.host.writeFile("/root/_script.sh", scriptOf(given));
            return one.host.exec(["sh", "/root/_script.sh"]);
        }

        it("applies and verifies, and changes nothing when it runs again", async () => {
            const { code, stdout } = await run();
            assert.equal(code, 0, stdout);
            assert.match(stdout, /"verb":"apply",.*"changed":1[\s\S]*"verb":"verify",.*"ok":true/);
            assert.equal(await one.host.readSysctl(KEY), "30");
            assert.match((await run()).stdout, /"generation":1,.*"changed":0/);
        });

        it("mends drift", async () => {
            await run();
            await one.host.mustExec(`sysctl -qw ${KEY}=44`);
            assert.match(
                (await run()).stderr,
                /had been changed since by somebody else: net\.ipv4\.tcp_fin_timeout was 44/,
            );
            assert.equal(await one.host.readSysctl(KEY), "30");
        });

        it("fails where it cannot apply, and says why", async () => {
            const { code, stdout, stderr } = await run({ dropIn: "net.ipv4.no_such_key = 1\n" });
            assert.deepEqual([code, stdout], [66, ""]);
            assert.match(stderr, /KEY-MISSING: net\.ipv4\.no_such_key/);
        });

        it("fails where another file would win at the next boot, and says which", async () => {
            await one.host.mustExec(`printf '${KEY} = 50\\n' >/etc/sysctl.d/zz-local.conf`);
            const { code, stderr } = await run();
            assert.equal(code, 71);
            assert.match(stderr, /zz-local\.conf/);
        });

        it("gives back what was there with ensure: absent, and again changes nothing", async () => {
            await run();
            for (const changed of [1, 0]) {
                const { code, stdout } = await run({ ensure: "absent" });
                assert.deepEqual([code, JSON.parse(stdout).changed], [0, changed]);
                assert.deepEqual(await stateOf(one.host), one.untouched);
            }
        });

        it("brings braces to the host as they are", async () => {
            const { stderr } = await run({ dropIn: "net.ipv4.no_{{such}}_{=key = 1\n" });
            assert.match(stderr, /net\.ipv4\.no_\{\{such\}\}_\{=key/);
        });

        it("only applies with verify: false", async () => {
            assert.doesNotMatch((await run({ verify: false })).stdout, /"verb":"verify"/);
        });
    });
});
