import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { hostsUnavailable, startHosts, type TestHost, type TestHosts } from "../support/hosts";
import { type CommandResult, run } from "../support/hosts/run";
import { countTimeWait, timeWaitBurst } from "../support/time-wait-burst";
import { leftoverProcesses, leftovers, type Traces, tracesOf } from "./leftovers";

const skip = hostsUnavailable("busybox") ?? false;

/** The ordinary ssh client, which must know the host's key. */
function ssh(lab: TestHosts, host: TestHost, user: string, command: string): Promise<CommandResult> {
    const options = [
        "StrictHostKeyChecking=yes",
        `UserKnownHostsFile=${lab.knownHostsFile}`,
        "GlobalKnownHostsFile=/dev/null",
        "BatchMode=yes",
        "IdentitiesOnly=yes",
        "ConnectTimeout=10",
    ].flatMap((option) => ["-o", option]);
    return run(["ssh", "-F", "none", "-i", lab.privateKeyFile, ...options, `${user}@${host.address}`, command]);
}

/** Whether a TCP connection to the host's SSH server comes about within a second. */
async function isReachable(host: TestHost): Promise<boolean> {
    const socket = connect({ host: host.address, port: host.port, timeout: 1000 });
    const reached = new Promise<boolean>((resolve) => {
        socket.on("connect", () => resolve(true));
        socket.on("timeout", () => resolve(false));
        socket.on("error", () => resolve(false));
    });
    return reached.finally(() => socket.destroy());
}

describe("A set of test hosts", { skip }, () => {
    let lab: TestHosts;
    let first: TestHost;
    let second: TestHost;

    before(async () => {
        lab = await startHosts({ count: 2, prefix: "web" });
        [first, second] = lab.hosts as [TestHost, TestHost];
    });
    after(() => lab?.stop());

    it("gives each host its own name, address and SSH host keys", () => {
        assert.deepEqual(
            lab.hosts.map((host) => host.name),
            ["web1", "web2"],
        );
        assert.notEqual(first.address, second.address);
        assert.match(first.hostKeys.ed25519, /^ssh-ed25519 \S+$/);
        assert.match(first.hostKeys.ecdsa, /^ecdsa-sha2-nistp256 \S+$/);
        assert.notDeepEqual(first.hostKeys, second.hostKeys);
    });

    it("lets root in by SSH with the lab's key, under the host's own name", async () => {
        const { code, stdout, stderr } = await ssh(lab, second, "root", "id -u; hostname");
        assert.deepEqual({ code, stdout }, { code: 0, stdout: "0\nweb2\n" }, stderr);
    });

    it("lets deploy become root by sudo without a password, and nosudo not at all", async () => {
        const deploy = await ssh(lab, first, "deploy", "id -u; sudo -n id -u");
        assert.deepEqual({ code: deploy.code, stdout: deploy.stdout }, { code: 0, stdout: "2000\n0\n" }, deploy.stderr);
        const nosudo = await ssh(lab, first, "nosudo", "sudo -n id -u");
        assert.equal(nosudo.code, 1);
        assert.match(nosudo.stderr, /password is required/);
    });

    it("refuses a stranger's name", async () => {
        assert.equal((await ssh(lab, first, "stranger", "true")).code, 255);
    });

    it("has network parameters for each host alone", async () => {
        const machine = readFileSync("/proc/sys/net/ipv4/tcp_fin_timeout", "utf8");
        await first.writeSysctl("net.ipv4.tcp_fin_timeout", 17);
        assert.equal((await ssh(lab, first, "nosudo", "cat /proc/sys/net/ipv4/tcp_fin_timeout")).stdout, "17\n");
        assert.equal(await second.readSysctl("net.ipv4.tcp_fin_timeout"), "60");
        assert.equal(readFileSync("/proc/sys/net/ipv4/tcp_fin_timeout", "utf8"), machine);
    });

    it("reads parameters with single spaces, and omits keys that the kernel does not have", async () => {
        await first.writeSysctl("net.ipv4.tcp_rmem", "4096 131072 6291456");
        const keys = ["net.ipv4.tcp_rmem", "net.ipv4.tcp_tw_len", "net/ipv4/ip_forward"];
        assert.deepEqual(await first.readSysctls(keys), {
            "net.ipv4.tcp_rmem": "4096 131072 6291456",
            "net/ipv4/ip_forward": "0",
        });
        assert.equal(await first.readSysctl("net.ipv4.tcp_tw_len"), undefined);
    });

    it("does not let a host change the machine's other parameters or files", async () => {
        for (const file of ["/proc/sys/kernel/panic", "/proc/sys/vm/swappiness", "/proc/sys/fs/file-max"]) {
            const before = readFileSync(file, "utf8");
            const { code, stderr } = await first.exec(["tee", file], { input: before });
            assert.notEqual(code, 0, file);
            assert.match(stderr, /Read-only/, file);
            assert.equal(readFileSync(file, "utf8"), before);
        }
        assert.notEqual((await first.exec("touch /usr/lib/left-behind")).code, 0);
        await first.writeFile("/etc/left-behind", "x");
        await first.writeFile("/var/lib/left-behind/file", "x");
        for (const path of ["/etc/left-behind", "/var/lib/left-behind", "/usr/lib/left-behind"]) {
            assert.equal(existsSync(path), false, path);
        }
        assert.equal(await second.exists("/etc/left-behind"), false);
    });

    it("shows a host's own files inside and outside", async () => {
        await first.writeFile("/var/lib/tcp-tuning/web/ledger", "one\ntwo\n");
        assert.equal(await first.readFile("/var/lib/tcp-tuning/web/ledger"), "one\ntwo\n");
        assert.equal(readFileSync(join(first.ledgerDir, "web/ledger"), "utf8"), "one\ntwo\n");
        assert.deepEqual(await first.list("/var/lib/tcp-tuning"), ["web"]);
        assert.deepEqual(await first.list("/var/lib/no-such-folder"), []);
        assert.deepEqual(readdirSync(first.dropInDir), await first.list("/etc/sysctl.d"));
        assert.deepEqual(await first.list("/etc/sysctl.d"), ["99-sysctl.conf"]);
        assert.deepEqual(readdirSync(first.rootHome), [".ssh"]);
    });

    it("runs commands with input, and tells exit code and both outputs", async () => {
        const result = await first.exec("cat; echo wrong >&2; exit 3", { input: "right" });
        assert.deepEqual(result, { code: 3, stdout: "right", stderr: "wrong\n" });
        await assert.rejects(first.readFile("/no/file"), /^Error: cat \/no\/file on test host web1: exit code 1: .+/);
    });

    it("lets hosts reach each other", async () => {
        const greeting = `exec 3<>/dev/tcp/${second.address}/22 && head -c 7 <&3`;
        assert.equal(await first.mustExec(["bash", "-c", greeting]), "SSH-2.0");
    });

    it("leaves as many sockets in TIME_WAIT as connections were made, and only in that host", async () => {
        const burst = await timeWaitBurst(first, { connections: 3000 });
        assert.equal(burst.connections, 3000);
        assert.ok(burst.timeWaitAfter - burst.timeWaitBefore > 2900, JSON.stringify(burst));
        assert.ok((await countTimeWait(second)) < 100);
    });

    it("leaves no more sockets in TIME_WAIT than the host allows", async () => {
        await second.writeSysctl("net.ipv4.tcp_max_tw_buckets", 500);
        const burst = await timeWaitBurst(second, { connections: 1500 });
        assert.equal(burst.timeWaitAfter, 500);
    });

    it("refuses a burst without bounds", async () => {
        const infinite = timeWaitBurst(first, { connections: Infinity });
        await assert.rejects(infinite, /must be a whole number from 1 to 100000. Received: Infinity/);
    });
});

describe("A test host's boot", { skip }, () => {
    let lab: TestHosts;
    let host: TestHost;

    before(async () => {
        lab = await startHosts({ count: 1 });
        [host] = lab.hosts as [TestHost];
    });
    after(() => lab?.stop());

    it("forgets live values, applies sysctl.d, and has another boot id; files stay", async () => {
        const bootId = () => host.readFile("/proc/sys/kernel/random/boot_id");
        const lastBoot = await bootId();
        await host.writeSysctl("net.ipv4.tcp_fin_timeout", 17);
        await host.writeFile("/etc/sysctl.d/60-one.conf", "net.ipv4.tcp_keepalive_time = 100\nkernel.panic = 77\n");
        await host.writeFile("/etc/sysctl.d/70-two.conf", "net.ipv4.tcp_keepalive_time = 200\n");
        const panic = readFileSync("/proc/sys/kernel/panic", "utf8");

        await host.reboot();

        assert.equal(await host.readSysctl("net.ipv4.tcp_fin_timeout"), "60");
        assert.equal(await host.readSysctl("net.ipv4.tcp_keepalive_time"), "200");
        assert.match(await bootId(), /^[0-9a-f-]{36}\n$/);
        assert.notEqual(await bootId(), lastBoot);
        assert.equal(readFileSync("/proc/sys/kernel/panic", "utf8"), panic);
        const files = await ssh(lab, host, "root", "ls /etc/sysctl.d");
        assert.equal(files.stdout, "60-one.conf\n70-two.conf\n99-sysctl.conf\n");
    });

    it("ends every process of the boot before, detached ones too", async () => {
        const isRunning = () => leftoverProcesses(tracesOf(lab)).some((process) => process.endsWith("sleep 1234"));
        await host.exec("setsid sleep 1234 >/dev/null 2>&1 </dev/null &");
        assert.equal(isRunning(), true);
        await host.reboot();
        assert.equal(isRunning(), false);
    });

    it("makes a host reachable again that was switched off", async () => {
        await host.powerOff();
        assert.equal(await isReachable(host), false);
        await assert.rejects(async () => host.exec("true"), /Test host host1 is powered off/);
        await host.boot();
        assert.equal(await isReachable(host), true);
    });
});

describe("A test host's faults", { skip }, () => {
    for (const busybox of [false, true]) {
        describe(busybox ? "with busybox" : "with the machine's tools", () => {
            let lab: TestHosts;
            let host: TestHost;

            before(async () => {
                lab = await startHosts({ count: 1, busybox });
                [host] = lab.hosts as [TestHost];
            });
            after(() => lab?.stop());

            it("cut the network and restore it", async () => {
                await host.partition(true);
                assert.equal(await isReachable(host), false);
                await host.partition(false);
                assert.equal(await isReachable(host), true);
            });

            let files = 0;
            const writeIn = (folder: string) => () => host.exec(["cp", "/etc/passwd", `${folder}/new-${files++}`]);
            const writeParameter = () => host.exec(["tee", "/proc/sys/net/ipv4/tcp_fin_timeout"], { input: "30" });
            const full = /No space left/;
            const readOnly = /Read-only/;
            const faults = [
                { name: "a full /etc", make: () => host.makeEtcFull(), act: writeIn("/etc/sysctl.d"), says: full },
                { name: "a full /var", make: () => host.makeStateFull(), act: writeIn("/var/lib"), says: full },
                { name: "a read-only /etc", make: () => host.makeEtcReadOnly(), act: writeIn("/etc"), says: readOnly },
                {
                    name: "a read-only /var",
                    make: () => host.makeStateReadOnly(),
                    act: writeIn("/var"),
                    says: readOnly,
                },
                {
                    name: "read-only parameters",
                    make: () => host.makeProcSysReadOnly(),
                    act: writeParameter,
                    says: readOnly,
                },
            ];
            for (const { name, make, act, says } of faults) {
                it(`include ${name}, until undone`, async () => {
                    assert.equal((await act()).code, 0);
                    const undo = await make();
                    const { code, stderr } = await act();
                    await undo();
                    assert.notEqual(code, 0);
                    assert.match(stderr, says);
                    assert.equal((await act()).code, 0);
                });
            }
        });
    }
});

describe("A busybox host", { skip }, () => {
    let lab: TestHosts;
    let host: TestHost;

    before(async () => {
        lab = await startHosts({ count: 1, busybox: true, users: [{ name: "ops", sudo: true }] });
        [host] = lab.hosts as [TestHost];
    });
    after(() => lab?.stop());

    it("has no programs but busybox, sshd and sudo", async () => {
        const everyProgram = "for folder in $(echo $PATH | tr : ' '); do ls $folder 2>/dev/null; done";
        const { stdout } = await ssh(lab, host, "root", everyProgram);
        const names = new Set(stdout.trim().split("\n"));
        const applets = new Set((await host.mustExec("busybox --list")).trim().split("\n"));
        assert.deepEqual([...names].filter((name) => !applets.has(name)).sort(), ["sshd", "sudo"]);
    });

    it("gives its users busybox as their shell, and sudo", async () => {
        const { stdout, stderr } = await ssh(lab, host, "ops", "readlink -f /proc/$$/exe; sudo -n id -u");
        assert.equal(stdout, "/usr/bin/busybox\n0\n", stderr);
    });

    it("boots like the others", async () => {
        await host.writeFile("/etc/sysctl.d/60-one.conf", "net.ipv4.tcp_keepalive_time = 100\n");
        await host.reboot();
        assert.equal(await host.readSysctl("net.ipv4.tcp_keepalive_time"), "100");
    });
});

describe("Twenty test hosts", { skip }, () => {
    it("start, answer, and leave nothing behind", async (t) => {
        const start = performance.now();
        const lab = await startHosts({ count: 20 });
        t.diagnostic(`started in ${((performance.now() - start) / 1000).toFixed(1)} s`);
        const traces = tracesOf(lab);
        try {
            const answers = await Promise.all(lab.hosts.map((host) => ssh(lab, host, "deploy", "hostname")));
            assert.deepEqual(
                answers.map(({ stdout }) => stdout.trim()),
                lab.hosts.map((host) => host.name),
            );
        } finally {
            await lab.stop();
        }
        assert.deepEqual(leftovers(traces), []);
        await lab.stop(); // once more does nothing
    });

    it("are refused when they are none, or more than the network holds", async () => {
        await assert.rejects(startHosts({ count: 0 }), /count must be a whole number from 1 to 1000. Received: 0/);
        await assert.rejects(startHosts({ count: 1001 }), /Received: 1001/);
    });
});

describe("A start of test hosts that fails", { skip }, () => {
    it("says why, ends, and leaves nothing behind", async () => {
        const folder = mkdtempSync(join(tmpdir(), "hosts-test-"));
        try {
            const fakeIp = '#!/bin/sh\ncase "$*" in *bridge0*) echo "no bridges here" >&2; exit 2 ;; esac\n';
            writeFileSync(join(folder, "ip"), fakeIp, { mode: 0o755 });
            const env = { ...process.env, PATH: `${folder}:${process.env["PATH"]}`, TMPDIR: folder };
            const { code, stderr } = await run([process.execPath, join(__dirname, "hold-hosts.js")], { env });
            assert.equal(code, 1);
            assert.match(stderr, /Error: A test host's lab script ended early: no bridges here/);
            assert.deepEqual(readdirSync(folder), ["ip"]);
        } finally {
            rmSync(folder, { recursive: true });
        }
    });
});

describe("Test hosts whose owner is killed", { skip }, () => {
    it("disappear by themselves", async () => {
        const { owner, traces } = await holdHosts();
        owner.kill("SIGKILL");
        await eventually(() => leftovers(traces).length === 0);
        assert.deepEqual(leftovers(traces), []);
    });

    it("disappear even if their keeper is killed as well, the keys at the next start", async () => {
        const { owner, traces } = await holdHosts();
        process.kill(Number(traces.folder.split("-").at(-1)), "SIGKILL");
        owner.kill("SIGKILL");
        await eventually(() => leftovers(traces).join() === traces.folder);
        const next = await startHosts({ count: 1 });
        await next.stop();
        assert.deepEqual(leftovers(traces), []);
    });
});

describe("Where test hosts cannot be had, the reason", { skip }, () => {
    const hosts = `require(${JSON.stringify(require.resolve("../support/hosts"))})`;
    const print = `process.stdout.write(${hosts}.hostsUnavailable() ?? "none")`;

    it("names the missing root right", async () => {
        const asNobody = `${hosts}; process.setuid(65534); ${print}`;
        const { stdout } = await run([process.execPath, "-e", asNobody]);
        assert.equal(stdout, "Test hosts need root to make network namespaces; this is user 65534. Run this as root.");
    });

    it("names missing tools and their Debian packages", async () => {
        const hide = 'mount -t tmpfs tmpfs /usr/sbin && exec "$@"';
        const { stdout } = await run(["unshare", "--mount", "sh", "-c", hide, "hide", process.execPath, "-e", print]);
        assert.match(stdout, /^Test hosts need .*sshd.*, not found here.*apt-get install .*openssh-server/);
    });
});

/** A process of its own that has started hosts. */
async function holdHosts(): Promise<{ owner: ChildProcess; traces: Traces }> {
    const owner = spawn(process.execPath, [join(__dirname, "hold-hosts.js")], { stdio: ["ignore", "pipe", "inherit"] });
    for await (const line of createInterface(owner.stdout)) {
        const traces = JSON.parse(line) as Traces;
        assert.ok(leftovers(traces).length >= 2 + 2 * 3, "interface, folder, and three processes of each host");
        return { owner, traces };
    }
    throw new Error("The program that holds test hosts ended without starting them.");
}

/** The end of killed processes and of their namespaces takes the kernel some milliseconds. */
async function eventually(condition: () => boolean): Promise<void> {
    for (let tries = 0; tries < 200 && !condition(); tries++) {
        await sleep(50);
    }
}
