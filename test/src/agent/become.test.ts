import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { launchInstalled, launchPacked } from "../../../src/agent/launcher";
import { applyRequest, restoreRequest, verifyRequest } from "../../../src/agent/request";
import { type AgentHost, SHELLS, startAgentHost } from "../../support/agent-host";
import { hostsUnavailable, type TestHosts } from "../../support/hosts";

const dropIn = "net.ipv4.tcp_fin_timeout = 30\n";
const name = "shop-prod-web";

/** The applies that run, each as its folder in /proc. */
const RUNNING =
    'for f in /proc/[0-9]*/cmdline; do ! tr "\\0" " " <$f 2>/dev/null | grep -q "tcp-tuning appl[y]" || echo ${f%/*}; done';

const PASSWORD = "open sésame 'now' $1";
const users = [
    { name: "deploy", sudo: true },
    { name: "nosudo", sudo: false },
    { name: "ops", sudo: true, password: PASSWORD },
    { name: "guest", sudo: false, password: PASSWORD },
];

for (const shell of SHELLS) {
    describe(`a login user who is not root, under ${shell.shell}`, { skip: hostsUnavailable() ?? false }, () => {
        let agent: AgentHost;
        let hosts: TestHosts;

        before(async () => void ({ agent, hosts } = await startAgentHost(shell, users)));
        after(() => hosts.stop());

        async function as(user: string, command: string, input: string) {
            await agent.host.writeFile("/tmp/launch", command.replace("sh -c", `${shell.shell} -c`));
            const become = shell.busybox
                ? ["su", user, "-s", "/bin/sh", "-c"]
                : ["setpriv", `--reuid=${user}`, `--regid=${user}`, "--clear-groups", "env", "HOME=/tmp", "sh", "-c"];
            return agent.host.exec([...become, ". /tmp/launch"], { input });
        }

        const request = (becomePassword?: string) =>
            applyRequest({ name, owner: name, dropIn, become: true, becomePassword });
        const run = (verb: "apply" | "restore" | "observe", user = "deploy", password?: string) =>
            as(user, launchPacked(verb), request(password));

        /** While something else holds the lock. */
        async function whileLocked<T>(use: () => Promise<T>): Promise<T> {
            const holder =
                "process 1 started $(cut -d' ' -f22 /proc/1/stat) boot $(cat /proc/sys/kernel/random/boot_id)";
            await agent.host.mustExec(`mkdir -p /var/lib/tcp-tuning && ln -s "${holder}" /var/lib/tcp-tuning/lock`);
            return use().finally(() => agent.host.mustExec("rm -f /var/lib/tcp-tuning/lock"));
        }

        for (const [what, user, password] of [
            ["sudo", "deploy", undefined],
            ["a sudo that asks for a password", "ops", PASSWORD],
            ["a sudo that needs no password, though one is given", "deploy", PASSWORD],
        ] as const) {
            it(`applies, verifies, observes and restores through ${what}`, async () => {
                const applied = await run("apply", user, password);
                assert.deepEqual([applied.code, applied.stderr], [0, ""], applied.stdout);
                assert.equal(await agent.host.readSysctl("net.ipv4.tcp_fin_timeout"), "30");
                const asked = verifyRequest({ name, dropIn, receipt: "{}", become: true, becomePassword: password });
                const verified = await as(user, launchInstalled("verify", name), asked);
                assert.deepEqual([verified.code, verified.stderr], [0, ""]);
                const observed = await run("observe", user, password);
                assert.deepEqual([observed.code, observed.stderr], [0, ""]);
                assert.match(observed.stdout, /"drift":\[\]/);
                assert.equal((await run("restore", user, password)).code, 0);
                assert.equal(await agent.host.readSysctl("net.ipv4.tcp_fin_timeout"), "60");
            });
        }

        it("gives sudo the password each time, also where it remembers none", async () => {
            await agent.host.mustExec("echo 'Defaults timestamp_timeout=0' >/etc/sudoers.d/forgetful");
            const { code, stderr } = await run("observe", "ops", PASSWORD);
            await agent.host.mustExec("rm /etc/sudoers.d/forgetful");
            assert.deepEqual([code, stderr], [0, ""]);
        });

        it("leaves the password in no process's arguments or environment, and in no file", async () => {
            const base64 = Buffer.from(PASSWORD).toString("base64");
            await agent.host.writeFile("/root/secrets", `${PASSWORD}\n${base64}\n`);
            const traces = "grep -laF -f /root/secrets /proc/[0-9]*/cmdline /proc/[0-9]*/environ";
            const files = "grep -rlF -f /root/secrets /etc /var /tmp /run /home || :";
            const waiting = await whileLocked(async () => {
                const run = as("ops", launchPacked("apply"), request(PASSWORD).replace("become=115", "become=5"));
                // With the root part, which waits for the lock.
                // With the root part, which waits for the lock.
                const isRoot = `${RUNNING} | while read -r p; do grep '^Uid:.0' $p/status; done | grep -q .`;
                await agent.host.mustExec(`for i in $(seq 100); do sleep 0.1; ${isRoot} && exit; done; exit 1`);
                assert.equal((await agent.host.exec(`${traces} 2>/dev/null || :`)).stdout, "");
                assert.equal(await agent.host.mustExec(files), "");
                return run;
            });
            assert.notEqual(waiting.code, 0);
            assert.equal((await run("apply", "ops", PASSWORD)).code, 0);
            assert.equal(await agent.host.mustExec(files), "");
            assert.equal((await run("restore", "ops", PASSWORD)).code, 0);
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
            const { code, stderr } = await whileLocked(() =>
                as("deploy", launchPacked("apply"), request().replace("become=115", "become=1")),
            );
            assert.equal(code, shell.busybox ? 143 : 124);
            assert.match(stderr, /apply was ended after 1 s; run pulumi up again/);
            // busybox's timeout looks once a second whether its command is still there.
            await agent.host.mustExec(`for i in $(seq 50); do [ "$(${RUNNING})" ] || exit 0; sleep 0.1; done; exit 1`);
        });

        const refusals: readonly (readonly [what: string, user: string, password: string | undefined, told: string])[] =
            [
                [
                    "without the right",
                    "nosudo",
                    undefined,
                    "become: true needs sudo without a password for nosudo, or beco",
                ],
                [
                    "without the password",
                    "ops",
                    undefined,
                    "become: true needs sudo without a password for ops, or becomeP",
                ],
                [
                    "with a wrong password",
                    "ops",
                    "a wrong one",
                    "becomePassword is not what sudo takes from ops, who may al",
                ],
                [
                    "with a password and no right",
                    "guest",
                    PASSWORD,
                    "sudo does not let guest become root: guest is not in",
                ],
            ];
        for (const [what, user, password, told] of refusals) {
            it(`is told what is needed where sudo refuses: ${what}`, async () => {
                for (const verb of ["apply", "observe"] as const) {
                    const { code, stderr } = await run(verb, user, password);
                    assert.equal(code, 77);
                    assert.ok(stderr.includes(`tcp-tuning: ${told}`), stderr);
                    assert.doesNotMatch(stderr, /I\/O error|Broken pipe/);
                    assert.ok(!stderr.includes("a wrong one") && !stderr.includes(PASSWORD), stderr);
                }
            });
        }

        it("tries a wrong password once, and nothing else in its place: tries lock accounts", async () => {
            await agent.host.writeFile("/tmp/tell", "tr '\\0' '\\n' >>/tmp/tried");
            const before = await agent.host.readFile("/etc/pam.d/sudo");
            const telling = "auth optional pam_exec.so expose_authtok /bin/sh /tmp/tell\n";
            await agent.host.writeFile("/etc/pam.d/sudo", before.replace(/^auth .*\n/m, `$&${telling}`));
            await run("observe", "ops", "a wrong one");
            await agent.host.writeFile("/etc/pam.d/sudo", before);
            assert.equal((await agent.host.readFile("/tmp/tried")).trim(), "a wrong one");
        });

        it("is told that there is no sudo", { skip: !shell.busybox && "sudo is the machine's own there" }, async () => {
            await agent.host.mustExec("mv /usr/bin/sudo /root");
            const { code, stderr } = await run("apply");
            await agent.host.mustExec("mv /root/sudo /usr/bin");
            assert.equal(code, 77);
            assert.match(stderr, /become: true needs sudo, and this host has none: install it, or connect as root/);
        });
    });
}
