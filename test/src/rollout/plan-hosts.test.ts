import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { describe, it } from "node:test";
import { parsePlan, planText } from "../../../src/rollout/plan";
import { planHosts, restoreHosts } from "../../../src/rollout/plan-hosts";
import { packRequest } from "../../../src/rollout/request";
import { type Member, type RosterRequest, seal, unseal } from "../../../src/rollout/roster";

const KEY = randomBytes(32).toString("base64");
const NOBODY = "127.0.0.1";

describe("the plan of a roll-out", () => {
    const lines: string[] = [];
    const member = (name: string, more: Partial<Member> = {}): Member => ({
        name,
        target: { host: NOBODY, port: 9 },
        header: `tcp-tuning 1 ${name} owner - -`,
        ...more,
    });
    const asked = (members: readonly Member[], more: Partial<RosterRequest> = {}) =>
        packRequest<RosterRequest>({
            digest: "",
            key: KEY,
            agent: "",
            parallel: 2,
            connectSeconds: 1,
            members,
            gone: [],
            refusals: [],
            ...more,
        });
    const surroundings = (previous = "") => {
        lines.length = 0;
        return { previous, isPlain: true, tell: (line: string) => void lines.push(line) };
    };

    it("has a token of its own, the one of the plan before, and the hosts for the next one", async () => {
        const first = parsePlan((await planHosts(asked([member("web1")]), surroundings())).stdout);
        assert.deepEqual([first?.previous, unseal(first?.members ?? "", KEY)], [undefined, [member("web1")]]);
        const next = await planHosts(asked([member("web1"), member("web2")]), surroundings(planText(first!)));
        const second = parsePlan(next.stdout);
        assert.equal(second?.previous, first?.token);
        assert.notEqual(second?.token, first?.token);
        assert.deepEqual(lines, []);
    });

    it("is none while a host that has left cannot be restored", async () => {
        const former = planText({ token: "a", members: seal([member("web1"), member("web2")], KEY) });
        const { exitCode, stdout } = await planHosts(asked([member("web1")]), surroundings(former));
        assert.deepEqual([exitCode, stdout], [1, ""]);
        assert.match(lines.join("\n"), /web2 could not be restored, and may be tuned still: .*\n.*gone/);
        assert.equal(lines.at(-1), "no other host was touched");
        const gone = await planHosts(asked([member("web1")], { gone: ["web2"] }), surroundings(former));
        assert.equal(gone.exitCode, 0);
    });

    it("is none where nobody can tell which hosts have left, and says how to go on", async () => {
        const former = planText({ token: "a", members: seal([member("web1")], randomBytes(32).toString("base64")) });
        const { exitCode } = await planHosts(asked([member("web1")]), surroundings(former));
        assert.equal(exitCode, 1);
        assert.match(lines.join("\n"), /sealed by another key[\s\S]*pulumi state delete/);
    });

    it("is none where a value that came late is wrong", async () => {
        const former = planText({ token: "a", members: seal([member("web2")], KEY) });
        const wrong = asked([member("web1")], { refusals: ["VAL-NEGATIVE"] });
        assert.equal((await planHosts(wrong, surroundings(former))).exitCode, 1);
        assert.deepEqual(lines, ["VAL-NEGATIVE", "no host was touched"]);
    });

    it("is none of more hosts than the next run can be told of", async () => {
        const many = Array.from({ length: 300 }, (_, index) =>
            member(`web${index}`, { target: { host: NOBODY, privateKey: randomBytes(600).toString("base64") } }),
        );
        assert.equal((await planHosts(asked(many), surroundings())).exitCode, 1);
        assert.match(lines.join("\n"), /300 hosts are more than a fleet can remember; make several/);
    });

    it("asks nobody to be restored who is to stay tuned", async () => {
        const { exitCode } = await restoreHosts(asked([member("web1", { header: undefined })]), surroundings());
        assert.deepEqual([exitCode, lines], [0, []]);
    });
});
