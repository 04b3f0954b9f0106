import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { connect, createServer } from "node:net";
import { describe, it } from "node:test";
import { tcpTuning } from "./support";

describe("tcp-tuning states", { skip: !existsSync("/proc/net/tcp") && "needs Linux" }, () => {
    it("counts this machine's connections by state, the most frequent first", async () => {
        const server = createServer().listen(0, "127.0.0.1");
        await once(server, "listening");
        const accepted = once(server, "connection");
        const client = connect((server.address() as AddressInfo).port, "127.0.0.1");
        const [socket] = (await accepted) as [ReturnType<typeof connect>];
        try {
            const { status, stdout, stderr } = tcpTuning(["states"]);
            assert.deepEqual([status, stderr], [0, ""]);
            const rows = stdout
                .trimEnd()
                .split("\n")
                .map((line) => /^([A-Z_0-9]+) (\d+)$/.exec(line)!.slice(1));
            const counts = rows.map(([, count]) => Number(count));
            assert.deepEqual(
                counts,
                [...counts].sort((a, b) => b - a),
            );
            assert.ok(Number(Object.fromEntries(rows)["ESTABLISHED"]) >= 2, stdout);
            assert.ok(rows.every(([name]) => name !== "LISTEN"));
        } finally {
            [client, socket].forEach((end) => end.destroy());
            server.close();
        }
    });

    it("gives the same as JSON, with the total", () => {
        const { status, stdout } = tcpTuning(["states", "--json"]);
        const { states, total } = JSON.parse(stdout) as { states: Record<string, number>; total: number };
        assert.equal(status, 0);
        assert.equal(
            total,
            Object.values(states).reduce((sum, count) => sum + count, 0),
        );
    });

    it("takes no files", () => {
        const { status, stderr } = tcpTuning(["states", "x"]);
        assert.equal(status, 2);
        assert.match(stderr, /^tcp-tuning states: states takes options only\. Received: "x"/);
    });
});
