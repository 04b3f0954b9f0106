import assert from "node:assert/strict";
import { after, afterEach, before } from "node:test";
import { startHosts, type TestHost, type TestHosts } from "./hosts";
import { stateOf } from "./tuning";

/** What tunings leave on a host, and what tests of them write there. */
const TRACES = "/var/lib/tcp-tuning /etc/sysctl.d/*tcp-tuning* /etc/sysctl.d/zz-* /run/tcp-tuning* /run/cloud-init";

/** The test host of a suite. */
export interface OneHost {
    readonly host: TestHost;
    readonly hosts: TestHosts;
    /** As it was before the first test. */
    readonly untouched: Record<string, unknown>;
}

/** One host for the suite that calls this: as before again after each test, by force, and gone with the suite. */
export function oneHost(): OneHost {
    const shared = {} as { -readonly [Key in keyof OneHost]: OneHost[Key] };
    before(async () => {
        shared.hosts = await startHosts({ count: 1 });
        shared.host = shared.hosts.hosts[0]!;
        shared.untouched = await stateOf(shared.host);
    });
    afterEach(async () => {
        await shared.host.exec(`rm -rf ${TRACES}`);
        await shared.host.reboot();
        assert.deepEqual(await stateOf(shared.host), shared.untouched);
    });
    after(() => shared.hosts?.stop());
    return shared;
}
