import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import { type AgentHost, dropInOf, type HostState, requestOf, SHELLS, startAgentHost } from "../../support/agent-host";
import { hostsUnavailable, type TestHosts, type Undo } from "../../support/hosts";

const TUNING = {
    "net.core.somaxconn": "8192",
    "net.ipv4.ip_local_port_range": "10000 64999",
    "net.ipv4.tcp_fin_timeout": "30",
    "net.ipv4.tcp_rmem": "8192 131072 6291456",
};
const NAME = "shop-prod-web";
const DROP_IN = `/etc/sysctl.d/99-tcp-tuning-${NAME}.conf`;
const LEDGER = `/var/lib/tcp-tuning/${NAME}/ledger`;

for (const shell of SHELLS) {
    describe(`apply, under ${shell.shell}`, { skip: hostsUnavailable() ?? false }, () => {
        let agent: AgentHost;
        let hosts: TestHosts;
        let untouched: HostState;

        before(async () => {
            ({ agent, hosts } = await startAgentHost(shell));
            untouched = await agent.state();
        });
        afterEach(async () => void (await hosts.hosts[0]!.reboot(), await wipe()));
        after(() => hosts.stop());

        async function wipe(): Promise<void> {
            await agent.host.exec("rm -rf /var/lib/tcp-tuning /etc/sysctl.d/*tcp-tuning*");
            await agent.host.reboot();
        }

        async function applied(settings: Record<string, string> = TUNING): Promise<void> {
            const { code, stderr } = await agent.apply(settings);
            assert.equal(code, 0, stderr);
        }

        it("writes every value, the drop-in and the ledger, and says how many it changed", async () => {
            const { code, stdout, stderr } = await agent.apply(TUNING);
            assert.deepEqual([code, stderr], [0, ""]);
            assert.match(stdout, /^\{"schema":1,"verb":"apply","generation":1,"written":"\d+","changed":4\}\n$/);
            assert.deepEqual(await agent.host.readSysctls(Object.keys(TUNING)), TUNING);
            assert.equal(await agent.host.readFile(DROP_IN), dropInOf(TUNING));
            assert.match(await agent.host.readFile(LEDGER), /^original net\.ipv4\.tcp_fin_timeout 60$/m);
        });

        it("changes nothing the second time, and stays at its generation", async () => {
            await applied();
            const files = "stat -c '%n %i %Y' /etc/sysctl.d/* /var/lib/tcp-tuning/*/*";
            const before = await agent.host.mustExec(files);
            const { stdout } = await agent.apply(TUNING);
            assert.match(stdout, /"generation":1,"written":"\d+","changed":0\}/);
            assert.equal(await agent.host.mustExec(files), before);
        });

        it("raises the generation with a changed value, and keeps the first original", async () => {
            await applied();
            const { stdout } = await agent.apply({ ...TUNING, "net.ipv4.tcp_fin_timeout": "25" });
            assert.match(stdout, /"generation":2,"written":"\d+","changed":1\}/);
            assert.equal(await agent.host.readSysctl("net.ipv4.tcp_fin_timeout"), "25");
            assert.match(await agent.host.readFile(LEDGER), /^original net\.ipv4\.tcp_fin_timeout 60$/m);
        });

        it("gives a key that is no longer wanted its original value back", async () => {
            await applied();
            const { "net.core.somaxconn": _, ...rest } = TUNING;
            await applied(rest);
            assert.equal(await agent.host.readSysctl("net.core.somaxconn"), untouched.values["net.core.somaxconn"]);
            assert.doesNotMatch(await agent.host.readFile(LEDGER), /somaxconn/);
        });

        it("is still in force after a reboot", async () => {
            await applied();
            await agent.host.reboot();
            assert.deepEqual(await agent.host.readSysctls(Object.keys(TUNING)), TUNING);
            assert.match((await agent.apply(TUNING)).stdout, /"changed":0\}/);
        });

        it("mends a value and a drop-in that were changed by hand", async () => {
            await applied();
            await agent.host.writeSysctl("net.ipv4.tcp_fin_timeout", 44);
            await agent.host.mustExec(`echo "net.core.somaxconn = 1" >>${DROP_IN}`);
            const { stdout, stderr } = await agent.apply(TUNING);
            assert.match(stdout, /"generation":2,"written":"\d+","changed":1\}/);
            assert.match(
                stderr,
                /changed since by somebody else: \S+fin_timeout was 44 instead of 30, and becomes 30$/m,
            );
            assert.equal(await agent.host.readFile(DROP_IN), dropInOf(TUNING));
        });

        it("skips an optional key that the host does not have, and keeps it in the drop-in", async () => {
            await applied({ ...TUNING, "-net.ipv4.tcp_no_such_key": "1" });
            assert.match(await agent.host.readFile(LEDGER), /^skipped net\.ipv4\.tcp_no_such_key 1$/m);
            assert.match(await agent.host.readFile(DROP_IN), /^-net\.ipv4\.tcp_no_such_key = 1$/m);
        });

        /** Applies something impossible to a tuned host: refused with a reason, and nothing is different. */
        async function refuses(
            run: () => Promise<{ code: number; stdout: string; stderr: string }>,
            code: number,
            reason: RegExp,
        ) {
            const before = await agent.state();
            const result = await run();
            assert.deepEqual([result.code, result.stdout], [code, ""], result.stderr);
            assert.match(result.stderr, reason);
            assert.deepEqual(await agent.state(), before);
        }

        it("refuses a key that the host's kernel does not have", async () => {
            const run = () => agent.apply({ ...TUNING, "net.ipv4.tcp_no_such_key": "1" });
            await refuses(run, 66, /KEY-MISSING: net\.ipv4\.tcp_no_such_key not on this host .*name it in 'optional'/);
        });

        it("refuses a key that cannot be written here", async () => {
            await refuses(
                () => agent.apply({ ...TUNING, "net.core.rmem_max": "16777216" }),
                69,
                /KEY-READ-ONLY: net\.core\.rmem_max/,
            );
        });

        it("puts every value back when the kernel refuses one of them", async () => {
            await applied();
            const run = () => agent.apply({ ...TUNING, "net.core.somaxconn": "9000", "net.ipv4.tcp_sack": "999" });
            await refuses(run, 74, /APPLY-VERIFY: net\.ipv4\.tcp_sack is 1 instead of 999 .*every value is as before/);
        });

        it("names the congestion controls that there are when one is refused", async () => {
            const run = () => agent.apply({ ...TUNING, "net.ipv4.tcp_congestion_control": "warp" });
            await refuses(
                run,
                74,
                /CC: this host has .*reno.*a container may only use .*; warp is not among them; nothing was changed/,
            );
        });

        it("puts a triple back of which the kernel took only the first element", async () => {
            const run = () => agent.apply({ ...TUNING, "net.ipv4.tcp_rmem": "16384 0 0" });
            await refuses(run, 74, /APPLY-VERIFY: net\.ipv4\.tcp_rmem is 16384 .* instead of 16384 0 0/);
        });

        it("refuses a key that another tuning owns, and names the owner and the way out", async () => {
            await applied();
            const run = () => agent.apply({ "net.ipv4.tcp_fin_timeout": "10" }, { name: "other-dev-web" });
            await refuses(
                run,
                78,
                /net\.ipv4\.tcp_fin_timeout already belongs to 'shop-prod-web'.*sh \/var\/lib\/tcp-tuning\/shop-prod-web\/agent restore shop-prod-web/,
            );
        });

        it("takes over the ledger of its former name", async () => {
            await applied();
            const { code } = await agent.apply(TUNING, { name: "shop-prod-www", formers: [NAME] });
            assert.equal(code, 0);
            assert.deepEqual((await agent.state()).ledgers, ["shop-prod-www"]);
            assert.equal(await agent.host.exists(DROP_IN), false);
            await agent.restore(TUNING, "shop-prod-www");
            assert.deepEqual(await agent.state(), untouched);
        });

        const faults: readonly [string, () => Promise<Undo>, number, RegExp][] = [
            ["/etc is full", () => agent.host.makeEtcFull(), 73, /cannot write \/etc\/sysctl\.d: no space left/],
            [
                "/etc is read-only",
                () => agent.host.makeEtcReadOnly(),
                73,
                /cannot write \/etc\/sysctl\.d: Read-only file system/,
            ],
            ["/var is full", () => agent.host.makeStateFull(), 73, /cannot (write|create) \/var\/lib\/tcp-tuning/],
            [
                "/var is read-only",
                () => agent.host.makeStateReadOnly(),
                73,
                /cannot write \/var\/lib\/tcp-tuning.*Read-only file system/,
            ],
            [
                "/proc/sys is read-only",
                () => agent.host.makeProcSysReadOnly(),
                69,
                /KEY-READ-ONLY: .*as in a container/,
            ],
        ];
        for (const [fault, make, code, reason] of faults) {
            for (const tuned of [false, true]) {
                it(`leaves ${tuned ? "a tuned" : "an untouched"} host as it was when ${fault}`, async () => {
                    if (tuned) {
                        await applied({ "net.ipv4.tcp_fin_timeout": "20" });
                    }
                    const undo = await make();
                    await refuses(() => agent.apply(TUNING), code, reason);
                    await undo();
                });
            }
        }

        it("leaves the host as it was when the drop-in cannot be replaced", async () => {
            await applied();
            await agent.host.mustExec(`mount --bind ${DROP_IN} ${DROP_IN}`);
            const run = () => agent.apply({ ...TUNING, "net.ipv4.tcp_fin_timeout": "20" });
            await refuses(run, 73, /cannot replace or remove .*; every value is as before/);
            await agent.host.mustExec(`umount ${DROP_IN}`);
            await applied({ ...TUNING, "net.ipv4.tcp_fin_timeout": "20" });
        });

        it("refuses a drop-in path that is a folder, and never writes through a link", async () => {
            await agent.host.mustExec(`mkdir ${DROP_IN}`);
            await refuses(() => agent.apply(TUNING), 73, /99-tcp-tuning-shop-prod-web\.conf is a folder/);
            await agent.host.mustExec(
                `rmdir ${DROP_IN}; echo precious >/etc/precious; ln -s /etc/precious /etc/sysctl.d/.99-tcp-tuning-${NAME}.staged`,
            );
            await applied();
            assert.equal(await agent.host.readFile("/etc/precious"), "precious\n");
            assert.equal(await agent.host.readFile(DROP_IN), dropInOf(TUNING));
        });

        it("writes values that are each other's bounds, in whatever order they come", async () => {
            const [range, start] = ["net.ipv4.ip_local_port_range", "net.ipv4.ip_unprivileged_port_start"];
            await applied({ [range]: "50000 60999", [start]: "40000" });
            await applied({ [range]: "20000 60999", [start]: "1024" });
            assert.equal(await agent.host.readSysctl(range), "20000 60999");
            assert.equal((await agent.restore({})).code, 0);
        });

        it("undoes what a killed run of another name left, before it takes originals", async () => {
            const boot = (await agent.host.readFile("/proc/sys/kernel/random/boot_id")).trim();
            const journal = `verb apply\nboot ${boot}\nbefore net.ipv4.tcp_fin_timeout 60\n`;
            await agent.host.writeFile("/var/lib/tcp-tuning/other-prod-db/pending", journal);
            await agent.host.writeSysctl("net.ipv4.tcp_fin_timeout", 44);
            await applied();
            assert.match(await agent.host.readFile(LEDGER), /^original net\.ipv4\.tcp_fin_timeout 60$/m);
            assert.deepEqual((await agent.state()).ledgers, [NAME]);
        });

        it("refuses a name that another resource has on this host", async () => {
            await applied();
            const request = requestOf(TUNING).replace(` ${NAME} ${NAME} `, ` ${NAME} someone-else `);
            await refuses(
                () => agent.send("apply", request),
                78,
                /the name 'shop-prod-web' is taken on this host by another resource/,
            );
        });

        it("says so when it finds its drop-in without its ledger", async () => {
            await applied();
            await agent.host.mustExec("rm -r /var/lib/tcp-tuning");
            assert.match(
                (await agent.apply(TUNING)).stderr,
                /was there without its ledger: restore will give back the values of now/,
            );
        });

        it("waits for another run, and breaks the lock of a dead one", async () => {
            for (let round = 0; round < 5; round++) {
                await applied({ "net.ipv4.tcp_sack": "0" });
                const other = { "net.ipv4.tcp_fin_timeout": "20" };
                const runs = await Promise.all([agent.restore({}), agent.apply(other, { name: "other-prod-db" })]);
                assert.deepEqual(
                    runs.map(({ code }) => code),
                    [0, 0],
                    runs.map(({ stderr }) => stderr).join(),
                );
                assert.equal((await agent.restore(other, "other-prod-db")).code, 0);
            }
            await agent.host.mustExec(
                "mkdir -p /var/lib/tcp-tuning; ln -s 'process 1 started 1 boot gone' /var/lib/tcp-tuning/lock",
            );
            await applied();
        });

        it("says so at once when the lock of a dead run cannot be broken", async () => {
            const lock = "mkdir -p /var/lib/tcp-tuning; ln -s 'process 1 started 1 boot gone' /var/lib/tcp-tuning/lock";
            await agent.host.mustExec(`${lock}; mount -o remount,bind,ro /var`);
            try {
                const { code, stderr } = await agent.apply(TUNING);
                assert.equal(code, 73, stderr);
                assert.match(stderr, /cannot write \/var\/lib\/tcp-tuning: .*; nothing was changed/);
            } finally {
                await agent.host.mustExec("mount -o remount,bind,rw /var");
            }
            await applied();
        });

        it("changes nothing when the request was cut anywhere on its way", async () => {
            const whole = requestOf(TUNING);
            const cuts = [
                0,
                1,
                40,
                140,
                3000,
                whole.indexOf("\nnet.") - 1,
                whole.indexOf("tcp_rmem"),
                whole.length - 2,
            ];
            for (const cut of cuts) {
                const { code, stdout } = await agent.send("apply", whole.slice(0, cut));
                assert.deepEqual([code === 0, stdout], [false, ""], `cut at ${cut}`);
            }
            assert.deepEqual(await agent.state(), untouched);
        });

        it("lets only one of two tunings have a key when both apply at once", async () => {
            const runs = await Promise.all(["a-b-c", "d-e-f"].map((name) => agent.apply(TUNING, { name })));
            assert.deepEqual(runs.map(({ code }) => code).sort(), [0, 78]);
            assert.match(runs.map(({ stderr }) => stderr).join(""), /already belongs to '(a-b-c|d-e-f)'/);
            assert.deepEqual(await agent.host.readSysctls(Object.keys(TUNING)), TUNING);
        });

        it("says that it needs root when it is run without", async () => {
            const request = requestOf(TUNING);
            await agent.host.writeFile("/tmp/agent", await packed(request));
            const asUser = "setpriv --reuid 65534 --clear-groups sh /tmp/agent apply";
            const run = async () =>
                agent.host.exec(shell.busybox ? "su nosudo -s /bin/sh -c 'sh /tmp/agent apply'" : asUser, {
                    input: request,
                });
            await refuses(run, 77, /this needs root.*become: true/);
        });
    });
}

/** The program in a request. */
async function packed(request: string): Promise<string> {
    const { gunzipSync } = await import("node:zlib");
    return gunzipSync(Buffer.from(request.split("\n")[1] ?? "", "base64")).toString();
}
