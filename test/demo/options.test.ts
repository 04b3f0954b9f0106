import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readOptions, usage } from "../../demo/options";

describe("the options of the demo", () => {
    it("are three hosts and nothing else unless given", () => {
        assert.deepEqual(readOptions([]), { hosts: 3, keep: false, verbose: false, help: false });
    });

    it("take a number of hosts and switches, in any order", () => {
        const expected = { hosts: 50, keep: true, verbose: true, help: false };
        assert.deepEqual(readOptions(["--verbose", "--hosts", "50", "--keep"]), expected);
        assert.equal(readOptions(["--hosts=1"]).hosts, 1);
    });

    for (const number of ["0", "51", "1.5", "two", "1e1", "0x2", "99999999999999999999"]) {
        it(`refuse ${number} hosts, and say what may be given`, () => {
            const reason = `--hosts takes a whole number from 1 to 50. Received: "${number}".`;
            assert.throws(() => readOptions(["--hosts", number]), { name: "UsageError", message: reason });
        });
    }

    const mistakes: readonly [string, readonly string[], RegExp][] = [
        ["an option that there is not", ["--host", "3"], /no option "--host"\. Did you mean --hosts\?/],
        ["a number without its option", ["5"], /takes options only\. Received: "5"/],
        ["--hosts without its number", ["--hosts"], /--hosts needs a value: --hosts N/],
        ["a value for a switch", ["--keep=yes"], /--keep takes no value/],
    ];
    for (const [mistake, words, reason] of mistakes) {
        it(`refuse ${mistake}`, () => {
            assert.throws(() => readOptions(words), { name: "UsageError", message: reason });
        });
    }

    it("are all in the usage", () => {
        for (const option of ["--hosts N", "--keep", "--verbose", "--help"]) {
            assert.ok(usage().includes(`\n  ${option} `), usage());
        }
    });
});
