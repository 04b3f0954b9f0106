import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { describe, it } from "node:test";
import { keepHosts, restoreHosts } from "../../../src/rollout/keep-hosts";
import { packRequest } from "../../../src/rollout/request";
import { type Member, parseRoster, type RosterRequest, rosterText, seal, unseal } from "../../../src/rollout/roster";

const KEY = randomBytes(32).toString("base64");
const NOBODY = "127.0.0.1";

describe("the hosts of a fleet", () => {
    const lines: string[] = [];
    const member = (name: string, more: Partial<Member> = {}): Member => ({
        name,
        target: { host: NOBODY, port: 9 },
        header: `tcp-tuning 1 ${name} owner - -`,
        ...more,
    });
    const asked = (members: readonly Member[], more: Partial<RosterRequest> = {}) =>
        packRequest<RosterRequest>({
            resource: "fleet-hosts",
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

    it("are known for the next run, as long as the command is the same", async () => {
        const first = parseRoster((await keepHosts(asked([member("web1")]), surroundings())).stdout);
        assert.deepEqual(unseal(first?.members ?? "", KEY), [member("web1")]);
        const next = await keepHosts(asked([member("web1"), member("web2")]), surroundings(rosterText(first!)));
        assert.equal(parseRoster(next.stdout)?.id, first?.id);
        const another = parseRoster((await keepHosts(asked([member("web1")]), surroundings())).stdout);
        assert.notEqual(another?.id, first?.id);
        assert.deepEqual(lines, []);
    });

    it("are as before while one that has left cannot be restored", async () => {
        const former = rosterText({ id: "a", members: seal([member("web1"), member("web2")], KEY) });
        const { exitCode, stdout } = await keepHosts(asked([member("web1")]), surroundings(former));
        assert.deepEqual([exitCode, stdout], [1, ""]);
        assert.match(lines.join("\n"), /web2 could not be restored, and may be tuned still: [\s\S]*gone/);
        assert.equal(lines.at(-1), "no other host was touched");
        const gone = await keepHosts(asked([member("web1")], { gone: ["web2"] }), surroundings(former));
        assert.equal(gone.exitCode, 0);
    });

    it("are as before where nobody can tell which hosts have left, and says how to go on", async () => {
        const former = rosterText({ id: "a", members: seal([member("web1")], randomBytes(32).toString("base64")) });
        const { exitCode } = await keepHosts(asked([member("web1")]), surroundings(former));
        assert.equal(exitCode, 1);
        assert.match(lines.join("\n"), /sealed by another key[\s\S]*pulumi state delete/);
    });

    it("are as before where a value that came late is wrong", async () => {
        const former = rosterText({ id: "a", members: seal([member("web2")], KEY) });
        const wrong = asked([member("web1")], { refusals: ["VAL-NEGATIVE"] });
        assert.equal((await keepHosts(wrong, surroundings(former))).exitCode, 1);
        assert.deepEqual(lines, ["VAL-NEGATIVE", "no host was touched"]);
    });

    it("are not more than the next run can be told of", async () => {
        const many = Array.from({ length: 300 }, (_, index) =>
            member(`web${index}`, { target: { host: NOBODY, privateKey: randomBytes(600).toString("base64") } }),
        );
        assert.equal((await keepHosts(asked(many), surroundings())).exitCode, 1);
        assert.match(lines.join("\n"), /300 hosts are more than a fleet can remember; make several/);
    });

    it("are not asked to be restored that are to stay tuned", async () => {
        const { exitCode } = await restoreHosts(asked([member("web1", { header: undefined })]), surroundings());
        assert.equal(exitCode, 0);
        assert.match(
            lines.join("\n"),
            /^web1 at 127\.0\.0\.1: left as it is, and nobody restores what is tuned there$/,
        );
    });
});
