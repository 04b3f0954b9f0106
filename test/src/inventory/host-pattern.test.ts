import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { PatternError, selectHosts } from "../../../src/inventory/host-pattern";

const hosts = [
    { name: "web1.example.com", groups: ["web", "prod"] },
    { name: "web2.example.com", groups: ["web", "prod"] },
    { name: "web3.example.com", groups: ["web", "staging"] },
    { name: "db1.example.com", groups: ["db", "prod"] },
];

const selected = (pattern: string) =>
    selectHosts({ hosts, untuned: ["legacy"] }, pattern).map(({ name }) => name.replace(".example.com", ""));
const refusal = (pattern: string) => {
    try {
        return `selects ${selected(pattern).join(" ")}`;
    } catch (error) {
        assert.ok(error instanceof PatternError);
        return error.message;
    }
};

describe("a host pattern", () => {
    const cases: readonly (readonly [pattern: string, hosts: string])[] = [
        ["all", "web1 web2 web3 db1"],
        ["*", "web1 web2 web3 db1"],
        ["web", "web1 web2 web3"],
        ["db:web", "web1 web2 web3 db1"],
        ["db, staging", "web3 db1"],
        ["web:&prod", "web1 web2"],
        ["web:&prod:!web1.example.com", "web2"],
        ["!web1.example.com:web:&prod", "web2"],
        ["!db", "web1 web2 web3"],
        ["&prod", "web1 web2 db1"],
        ["web2.example.com", "web2"],
        ["web?.example.com:!*3*", "web1 web2"],
        ["web[13].example.com", "web1 web3"],
        ["web[!3].example.com", "web1 web2"],
        ["~(web|db)1", "web1 db1"],
        ["web[0]", "web1"],
        ["web[-1]", "web3"],
        ["web[0:1]", "web1 web2"],
        ["web[1:]", "web2 web3"],
        ["web[1:9]:db", "web2 web3 db1"],
    ];
    for (const [pattern, expected] of cases) {
        it(`selects ${expected} by ${pattern}`, () => assert.equal(selected(pattern).join(" "), expected));
    }

    it("may leave out a host that is left alone anyway", () =>
        assert.deepEqual(selected("web:!legacy"), selected("web")));

    const refused: readonly (readonly [pattern: string, reason: string])[] = [
        ["wbe", 'In the pattern "wbe", "wbe" is no host and no group that is tuned. Did you mean web?'],
        ["web:!wbe1.example.com", '"wbe1.example.com" is no host and no group that is tuned. Did you mean web1'],
        ["cache", "Known are all, web, prod, web1.example.com, web2.example.com, staging, web3.example.com, db"],
        ["legacy", '"legacy" is left alone, since no tcp_tuning reaches it'],
        ["web:&db", 'In the pattern "web:&db", the parts together leave none of the 4 hosts'],
        ["web[7]", 'In the pattern "web[7]", "web[7]" is beyond the 3 hosts that it counts from 0'],
        ["web[7:]", "is beyond the 3 hosts"],
        ["~(", 'In the pattern "~(", "~(" cannot be read: Invalid regular expression'],
        [" , ", 'In the pattern " , ", nothing is named: "all" selects every host'],
        ["", "nothing is named"],
    ];
    for (const [pattern, reason] of refused) {
        it(`is refused: ${JSON.stringify(pattern)}`, () => {
            const said = refusal(pattern);
            assert.ok(said.includes(reason), said);
        });
    }
});
