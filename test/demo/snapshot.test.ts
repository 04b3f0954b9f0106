import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { after, before, describe, it } from "node:test";
import {
    changedFiles,
    changedValues,
    connectionsBetween,
    parseValues,
    readHosts,
    wrongValues,
} from "../../demo/snapshot";
import { hostsUnavailable, startHosts, type TestHosts } from "../support/hosts";

describe("what grep reads under /proc/sys/net", () => {
    it("is keys with dots and values with single blanks, of one line or more", () => {
        const text =
            "/proc/sys/net/ipv4/tcp_rmem:4096\t131072\t33554432\n" +
            "/proc/sys/net/a:1:2\n/proc/sys/net/b:\n/proc/sys/net/a:3\n";
        assert.deepEqual(
            [...parseValues(text)],
            [
                ["net.ipv4.tcp_rmem", "4096 131072 33554432"],
                ["net.a", "1:2\n3"],
                ["net.b", ""],
            ],
        );
    });
});

describe("a snapshot of hosts", { skip: hostsUnavailable() ?? false }, () => {
    let hosts: TestHosts;

    before(async () => void (hosts = await startHosts({ count: 2 })));
    after(() => hosts.stop());

    it("has hundreds of values of each, and differs in nothing from another a moment later", async () => {
        const [first, second] = [await readHosts(hosts.hosts), await readHosts(hosts.hosts)];
        assert.deepEqual([...first.keys()], ["host1", "host2"]);
        assert.ok((first.get("host1")?.values.size ?? 0) > 300);
        assert.deepEqual([changedValues(first, second), changedFiles(first, second)], [[], []]);
    });

    it("shows one changed value, new and changed files, and connections, on the host where they are", async () => {
        const host = hosts.hosts[1]!;
        await host.writeFile("/etc/sysctl.d/10-old.conf", "old\n");
        const first = await readHosts(hosts.hosts);
        await host.writeSysctl("net.ipv4.tcp_fin_timeout", 33);
        await host.writeFile("/var/lib/tcp-tuning/x/ledger", "");
        await host.writeFile("/etc/sysctl.d/10-old.conf", "new\n");
        const socket = connect(host.port, host.address);
        await once(socket, "data");
        socket.destroy();
        const second = await readHosts(hosts.hosts);
        assert.deepEqual(changedValues(first, second), [
            { host: "host2", key: "net.ipv4.tcp_fin_timeout", before: "60", after: "33" },
        ]);
        assert.deepEqual(wrongValues(second, new Map([["net.ipv4.tcp_fin_timeout", "60"]])), [
            "host2: net.ipv4.tcp_fin_timeout is 33 instead of 60",
        ]);
        const files = changedFiles(first, second).map((line) => /host2: [+-] .*?(\/\S+)/.exec(line)?.[1]);
        const ledger = ["/var/lib/tcp-tuning", "/var/lib/tcp-tuning/x", "/var/lib/tcp-tuning/x/ledger"];
        assert.deepEqual([...new Set(files)].sort(), ["/etc/sysctl.d/10-old.conf", ...ledger]);
        assert.deepEqual(
            [...connectionsBetween(first, second)],
            [
                ["host1", 0],
                ["host2", 1],
            ],
        );
    });
});
