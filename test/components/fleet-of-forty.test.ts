import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type FleetHostArgs, TcpTuningFleet } from "../../components";
import { hostsUnavailable, startHosts, type TestHost, type TestHosts } from "../support/hosts";
import { failureOf, TestStack } from "../support/stack";
import { connectionTo, stateOf } from "../support/tuning";

const HOSTS = 40;
const DEAD = "web7";
/** Longer than a login takes where many log in at once on a busy machine. */
const CONNECT_SECONDS = 5;

describe("a fleet of forty hosts of which one is dead", { skip: hostsUnavailable() ?? false }, () => {
    let hosts: TestHosts;
    let stack: TestStack;
    let dead: TestHost;
    let others: readonly TestHost[];
    let untouched: Record<string, unknown>;

    before(async () => {
        hosts = await startHosts({ count: HOSTS, prefix: "web" });
        dead = hosts.hosts.find(({ name }) => name === DEAD) as TestHost;
        others = hosts.hosts.filter((each) => each !== dead);
        untouched = await stateOf(dead);
        stack = await TestStack.create();
        stack.program = async () => {
            const connections = hosts.hosts.map((each): [string, FleetHostArgs] => [
                each.name,
                { connection: connectionTo(each, hosts) },
            ]);
            const { summary } = new TcpTuningFleet("fleet", {
                parameters: { "net.ipv4.tcp_fin_timeout": 30, "net.ipv4.tcp_keepalive_time": 600 },
                knownHosts: hosts.knownHostsFile,
                rollout: { maxFailures: 1, connectSeconds: CONNECT_SECONDS },
                hosts: Object.fromEntries(connections),
            });
            return { summary };
        };
    });
    after(async () => {
        await stack?.remove();
        await hosts?.stop();
    });

    const ofOthers = <T>(ask: (host: TestHost) => Promise<T>) => Promise.all(others.map(ask));
    const loginsOf = async (host: TestHost) => Number(await host.mustExec("grep -c Accepted /run/sshd.log || true"));
    /** Every file that tuning left, with its text and when it was written. */
    const filesOf = (host: TestHost) =>
        host.mustExec(
            "find /etc/sysctl.d/*tcp-tuning* /var/lib/tcp-tuning -type f -exec stat -c '%n %y' {} + -exec cat {} +",
        );

    it("tunes the others, asks each of them once, and says of the dead one why it is as before", async () => {
        await dead.partition(true);
        const { text } = await failureOf(stack.up());
        await dead.partition(false);

        const reason = `no SSH server answered within ${CONNECT_SECONDS} s`;
        assert.match(text, new RegExp(`${DEAD} failed: could not be reached, so it is as before: ${reason}`));
        const [failure, nextWave] = [
            text.indexOf(`${DEAD} failed`),
            text.indexOf("wave 3: 10 of 40 hosts done, 1 failed"),
        ];
        assert.ok(failure < nextWave, "the dead one's wave ended with its failure, and the next one began");
        assert.match(
            text,
            new RegExp(`1 of 40 hosts failed\\n.*1 failed, why is said above: ${DEAD}\\n.*39 tuned: web1 `),
        );
        assert.deepEqual(await stateOf(dead), untouched);
        for (const { values } of await ofOthers(stateOf)) {
            assert.partialDeepStrictEqual(values, {
                "net.ipv4.tcp_fin_timeout": "30",
                "net.ipv4.tcp_keepalive_time": "600",
            });
        }
        assert.deepEqual(new Set(await ofOthers(loginsOf)), new Set([1]));
        assert.equal(await loginsOf(dead), 0);
    });

    it("tunes the dead one when it is back, and changes nothing on the others", async () => {
        const before = await ofOthers(filesOf);
        const { text, outputs } = await stack.up();
        assert.match(text, /40 hosts: 1 tuned, 39 as wanted already/);
        assert.equal(outputs["summary"]?.value, "40 as wanted");
        assert.equal(await dead.readSysctl("net.ipv4.tcp_fin_timeout"), "30");
        assert.deepEqual(await ofOthers(filesOf), before);
    });
});
