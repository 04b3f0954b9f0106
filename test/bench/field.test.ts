import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { Field } from "../../bench/field";
import { changedValues, dropInOf, MOST_KEYS, type Values, wantedValues } from "../../bench/parameters";
import { hostsUnavailable, startHosts, type TestHost, type TestHosts } from "../support/hosts";
import { mustRun } from "../support/hosts/run";
import { sysctlPath } from "../support/hosts/sysctls";

const wanted = wantedValues(MOST_KEYS);
const DROP_IN = "/etc/sysctl.d/99-any.conf";

/** What a peer does, by hand. */
async function tune(host: TestHost, values: Values): Promise<void> {
    await host.writeFile(DROP_IN, dropInOf(values));
    await host.mustExec(["sysctl", "-q", "-p", DROP_IN]);
}

describe("the hosts of a benchmark", { skip: hostsUnavailable() ?? false }, () => {
    let hosts: TestHosts;
    let field: Field;
    let host: TestHost;
    let untouched: Record<string, string>;

    before(async () => {
        hosts = await startHosts({ count: 2, prefix: "web" });
        host = hosts.hosts[1]!;
        untouched = await host.readSysctls([...wanted.keys()]);
        field = await Field.of(hosts.hosts, [...wanted.keys()]);
    });
    beforeEach(async () => {
        await field.reset();
        await Promise.all(hosts.hosts.map((each) => tune(each, wanted)));
    });
    after(() => hosts?.stop());

    it("have none of the wanted values by themselves, so that every value that was not written shows", () => {
        assert.deepEqual(Object.keys(untouched), [...wanted.keys()]);
        assert.deepEqual(
            Object.entries(untouched).filter(([key, value]) => wanted.get(key) === value),
            [],
        );
    });

    it("are as wanted when all their values are, and their drop-ins", async () => {
        await field.check(wanted);
    });

    it("are not as wanted when one value of one host is not", async () => {
        await host.mustExec(["sysctl", "-q", "-w", "net.ipv4.tcp_fin_timeout=44"]);
        const message = "1 host not as wanted:\n  web2: net.ipv4.tcp_fin_timeout is 44 instead of 30";
        await assert.rejects(field.check(wanted), { message });
        await field.first(1).check(wanted);
    });

    const dropIns: readonly [string, (host: TestHost) => Promise<unknown>, RegExp][] = [
        ["is missing", (host) => host.mustExec(["rm", DROP_IN]), /has no drop-in instead of a drop-in with/],
        ["has another value", (host) => host.writeFile(DROP_IN, dropInOf(changedValues(wanted))), /fin_timeout = 25/],
        [
            "lacks a key",
            (host) => host.writeFile(DROP_IN, dropInOf(wantedValues(3))),
            /web2: .*keepalive_intvl = 30 inst/,
        ],
        [
            "is not the only one",
            (host) => host.writeFile("/etc/sysctl.d/zz.conf", "a = 1\n"),
            /and a drop-in with a = 1/,
        ],
    ];
    for (const [how, spoil, message] of dropIns) {
        it(`are not as wanted when the drop-in of one ${how}`, async () => {
            await spoil(host);
            await assert.rejects(field.check(wanted), message);
        });
    }

    it("are put back to what they were, with nothing left of any peer", async () => {
        const left = ["/var/lib/tcp-tuning/x/ledger", "/root/.ansible/tmp/x", "/etc/modules-load.d/x.conf"];
        for (const path of left) {
            await host.writeFile(path, "left\n");
        }
        await field.reset();
        assert.deepEqual(await host.readSysctls([...wanted.keys()]), untouched);
        assert.deepEqual(await host.list("/etc/sysctl.d"), ["99-sysctl.conf"]);
        for (const path of left) {
            assert.ok(!(await host.exists(path)), path);
        }
    });

    it("count the logins that their SSH servers accepted, each host its own", async () => {
        const before = [field.logins(), field.first(1).logins()];
        const known = `UserKnownHostsFile=${hosts.knownHostsFile}`;
        await mustRun(["ssh", "-F", "none", "-i", hosts.privateKeyFile, "-o", known, `root@${host.address}`, "true"]);
        assert.deepEqual([field.logins(), field.first(1).logins()], [before[0]! + 1, before[1]]);
    });

    it("say so when a value cannot be put back", async () => {
        const path = sysctlPath("net.ipv4.tcp_fin_timeout");
        await host.mustExec(["sh", "-c", `echo 44 >/run/fake && mount --bind /run/fake ${path}`]);
        try {
            await host.mustExec(["mount", "-o", "remount,bind,ro", path]);
            await assert.rejects(field.reset(), /tcp_fin_timeout/);
        } finally {
            await host.mustExec(["umount", path]);
        }
    });
});
