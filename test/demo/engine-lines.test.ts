import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { EngineLines, valueDiffs } from "../../demo/engine-lines";

const UP = `Updating (demo):

 +  pulumi:pulumi:Stack shop-demo creating (0s)${" "}
 +  pulumi-tcp-tuning:index:TcpTuning web1 creating (0s)${" "}
@ updating....
 +  command:remote:Command web1-apply creating (0s)${" "}
 +  command:remote:Command web1-apply created (0.49s)${" "}
 ~  command:remote:Command web2-verify updated (0.47s) [diff: ~stdin]${" "}
 ~  command:remote:Command web3-verify updating (3s) [diff: ~stdin]; error: Process exited with status 76
 ~  command:remote:Command web3-verify **updating failed** [diff: ~stdin]; error: Process exited with status 76
Outputs:
    summary: {
        web1: "fine"
    }

Resources:
    + 2 created
    3 unchanged

Duration: 3s
`;

/** What is shown of a text that comes in pieces of that many characters. */
function shown(text: string, size: number, most?: number): string[] {
    const lines: string[] = [];
    const engine = new EngineLines((line) => lines.push(line), most);
    for (let start = 0; start < text.length; start += size) {
        engine.write(text.slice(start, start + size));
    }
    engine.end();
    return lines;
}

describe("what the demo shows of the engine's words", () => {
    for (const size of [1, 7, UP.length]) {
        it(`is each resource once, when it is done, and the totals; in pieces of ${size}`, () => {
            assert.deepEqual(shown(UP, size), [
                "+ Command web1-apply created (0.49s)",
                "~ Command web2-verify updated (0.47s)",
                "~ Command web3-verify failed",
                "Resources: + 2 created, 3 unchanged",
            ]);
        });
    }

    it("counts the rows beyond the first, and leaves out no failure", () => {
        assert.deepEqual(shown(UP, 50, 1), [
            "+ Command web1-apply created (0.49s)",
            "~ Command web3-verify failed",
            "… 1 more like these in all",
            "Resources: + 2 created, 3 unchanged",
        ]);
    });

    it("tells of a preview what would be done", () => {
        const preview = " +  pulumi-tcp-tuning:index:TcpTuning web1 create \nResources:\n    + 1 to create\n";
        assert.deepEqual(shown(preview, 9), ["+ TcpTuning web1 create", "Resources: + 1 to create"]);
    });

    it("finds the values that a preview with --diff would change", () => {
        const lines = ["  ~ settings: {", '    ~ net.ipv4.tcp_fin_timeout    : "30" => "20"', "    ~ stdin (hidden)"];
        assert.deepEqual(valueDiffs(lines.join("\n")), ['~ net.ipv4.tcp_fin_timeout    : "30" => "20"']);
    });
});
