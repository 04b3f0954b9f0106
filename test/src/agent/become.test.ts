import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { launchInstalled, launchPacked } from "../../../src/agent/launcher";
import { applyRequest, restoreRequest, verifyRequest } from "../../../src/agent/request";
import { type AgentHost, SHELLS, startAgentHost } from "../../support/agent-host";
import { hostsUnavailable, type TestHosts } from "../../support/hosts";

const dropIn = "net.ipv4.tcp_fin_timeout = 30\n";
const name = "shop-prod-web";

for (const shell of SHELLS) {
    describe(`a login user who is not root, under ${shell.shell}`, { skip: hostsUnavailable() ?? false }, () => {
        let agent: AgentHost;
        let hosts: TestHosts;

        before(async () => void ({ agent, hosts } = await startAgentHost(shell)));
        after(() => hosts.stop());

        async function as(user: string, command: string, input: string) {
            await agent.host.writeFile("/tmp/launch", command.replace("sh -c", `${shell.shell} -c`));
            const become = shell.busybox
                ? ["su", user, "-s", "/bin/sh", "-c"]
                : ["setpriv", `--reuid=${user}`, `--regid=${user}`, "--clear-groups", "env", "HOME=/tmp", "sh", "-c"];
            return agent.host.exec([...become, ". /tmp/launch"], { input });
        }

        const run = (verb: "apply" | "restore" | "observe", user = "deploy") =>
            as(user, launchPacked(verb), applyRequest({ name, owner: name, dropIn, become: true }));

        it("applies, verifies, observes and restores through sudo", async () => {
            const applied = await run("apply");
            assert.deepEqual([applied.code, applied.stderr], [0, ""], applied.stdout);
            assert.equal(await agent.host.readSysctl("net.ipv4.tcp_fin_timeout"), "30");
            const request = verifyRequest({ name, dropIn, receipt: "{}", become: true });
            const verified = await as("deploy", launchInstalled("verify", name), request);
            assert.deepEqual([verified.code, verified.stderr], [0, ""]);
            const observed = await run("observe");
            assert.deepEqual([observed.code, observed.stderr], [0, ""]);
            assert.match(observed.stdout, /"drift":\[\]/);
            assert.equal((await run("restore")).code, 0);
            assert.equal(await agent.host.readSysctl("net.ipv4.tcp_fin_timeout"), "60");
        });

        it("verifies what it applies, and restores by the agent on the host, through sudo", async () => {
            const request = applyRequest({ name, owner: name, dropIn, become: true, verify: { settleSeconds: 5 } });
            assert.match(request, / become=120 /, "root's part ends first");
            const applied = await as("deploy", launchPacked("apply", 125), request);
            assert.deepEqual([applied.code, applied.stderr], [0, ""]);
            assert.match(
                applied.stdout,
                /^\{"schema":1,"verb":"apply",.*\}\n\{"schema":1,"verb":"verify",.*"ok":true,/,
            );
            const restore = () =>
                as("deploy", launchPacked("restore"), restoreRequest({ name, owner: name, become: true }));
            assert.deepEqual(
                [(await restore()).code, await agent.host.readSysctl("net.ipv4.tcp_fin_timeout")],
                [0, "60"],
            );
            assert.match((await restore()).stderr, /nothing is applied here/);
            const dropInFile = `/etc/sysctl.d/99-tcp-tuning-${name}.conf`;
            await agent.host.writeFile(dropInFile, dropIn);
            assert.match((await restore()).stderr, /conf removed, but .* they return with the next boot/);
            assert.equal(await agent.host.exists(dropInFile), false);
        });

        it("gets the exit code and the reason of what root ran", async () => {
            const request = applyRequest({ name, owner: name, dropIn: "net.ipv4.nonsuch = 1\n", become: true });
            const { code, stderr } = await as("deploy", launchPacked("apply"), request);
            assert.equal(code, 66);
            assert.match(stderr, /KEY-MISSING: net\.ipv4\.nonsuch/);
        });

        it("is told when its time is over, and nothing runs on", async () => {
            const holder =
                "process 1 started $(cut -d' ' -f22 /proc/1/stat) boot $(cat /proc/sys/kernel/random/boot_id)";
            await agent.host.mustExec(`mkdir -p /var/lib/tcp-tuning && ln -s "${holder}" /var/lib/tcp-tuning/lock`);
            const request = applyRequest({ name, owner: name, dropIn, become: true });
            const { code, stderr } = await as(
                "deploy",
                launchPacked("apply"),
                request.replace("become=115", "become=1"),
            );
            await agent.host.mustExec("rm /var/lib/tcp-tuning/lock");
            assert.equal(code, shell.busybox ? 143 : 124);
            assert.match(stderr, /apply was ended after 1 s; run pulumi up again/);
            assert.equal(await agent.host.exec("pgrep -f 'tcp-tuning appl[y]'").then((ended) => ended.stdout), "");
        });

        it("is told what is needed where sudo refuses", async () => {
            for (const verb of ["apply", "observe"] as const) {
                const { code, stderr } = await run(verb, "nosudo");
                assert.equal(code, 77);
                assert.match(stderr, /become: true needs sudo without a password for nosudo/);
            }
        });
    });
}
