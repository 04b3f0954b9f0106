import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import { Field } from "../../bench/field";
import { changedValues, wantedValues } from "../../bench/parameters";
import { peerNames, peerOf, type Session } from "../../bench/peers";
import { hostsUnavailable, startHosts, type TestHosts } from "../support/hosts";

const wanted = wantedValues(3);

describe("a peer of the benchmark", { skip: hostsUnavailable() ?? false }, () => {
    let hosts: TestHosts;
    let field: Field;
    let folder: string;

    before(async () => {
        hosts = await startHosts({ count: 2, prefix: "web" });
        field = await Field.of(hosts.hosts, [...wanted.keys()]);
    });
    beforeEach(async () => {
        await field.reset();
        folder = mkdtempSync(join(tmpdir(), "peer-"));
    });
    afterEach(() => rmSync(folder, { recursive: true }));
    after(() => hosts?.stop());

    async function withSession(name: (typeof peerNames)[number], use: (session: Session) => Promise<void>) {
        const session = await peerOf(name).open({ hosts: hosts.hosts, access: hosts, folder });
        try {
            await use(session);
        } finally {
            await session.close();
        }
    }

    for (const name of peerNames) {
        const skipped = async (skip: (reason: string) => void): Promise<boolean> => {
            const reason = await peerOf(name).unavailable?.();
            if (reason !== undefined) {
                skip(reason);
            }
            return reason !== undefined;
        };

        it(`brings values to all hosts, and a change of one: ${name}`, async (t) => {
            if (await skipped((reason) => t.skip(reason))) {
                return;
            }
            await withSession(name, async (session) => {
                for (const values of [wanted, wanted, changedValues(wanted)]) {
                    await session.apply(values);
                    await field.check(values);
                }
            });
        });

        it(`says so when it fails on one host: ${name}`, async (t) => {
            if (await skipped((reason) => t.skip(reason))) {
                return;
            }
            const undo = await hosts.hosts[1]!.makeEtcReadOnly();
            try {
                await withSession(name, (session) =>
                    assert.rejects(session.apply(wanted), /Read-only file system|not writable/i),
                );
            } finally {
                await undo();
            }
        });
    }
});
