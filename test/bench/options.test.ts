import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readOptions, usage } from "../../bench/options";
import { peerNames } from "../../bench/peers";

describe("the options of the benchmark", () => {
    it("are 1, 10 and 40 hosts, 16 keys and 3 runs unless given, of what can run here", () => {
        assert.deepEqual(readOptions([]), { hosts: [1, 10, 40], keys: 16, runs: 3, help: false });
    });

    it("take lists, the hosts in any order", () => {
        const words = ["--hosts", "1000,1, 40", "--keys=4", "--runs", "5", "--peers", "ssh,ansible", "--output", "x"];
        const peers = ["ssh", "ansible"];
        assert.deepEqual(readOptions(words), {
            hosts: [1, 40, 1000],
            keys: 4,
            runs: 5,
            peers,
            output: "x",
            help: false,
        });
    });

    const mistakes: readonly [string, readonly string[], RegExp][] = [
        ["no hosts", ["--hosts", "0"], /^--hosts takes whole numbers from 1 to 1000\. Received: "0"\.$/],
        ["more hosts than there can be", ["--hosts", "1,1001"], /^--hosts takes .* Received: "1001"\.$/],
        ["half a host", ["--hosts", "1.5"], /Received: "1\.5"/],
        ["a list that ends in nothing", ["--hosts", "1,"], /Received: ""/],
        ["the same number twice", ["--hosts", "10,1,10"], /^--hosts names one twice\. Received: "10,1,10"\.$/],
        ["more keys than there are", ["--keys", "23"], /^--keys takes whole numbers from 1 to 22\. Received: "23"\.$/],
        ["no runs", ["--runs", "none"], /^--runs takes whole numbers from 1 to 100\. Received: "none"\.$/],
        ["a peer that is not known", ["--peers", "ssh,ansibel"], /no peer "ansibel"\. Did you mean ansible\?$/],
        ["a peer like none", ["--peers", "puppet"], /no peer "puppet"\. Known are .*\bssh, ansible\b/],
        ["a peer twice", ["--peers", "ssh,ssh"], /^--peers names one twice/],
        ["an option that there is not", ["--host", "3"], /no option "--host"\. Did you mean --hosts\?/],
        ["an option without its value", ["--peers"], /--peers needs a value: --peers NAME,…/],
        ["a word without an option", ["40"], /takes options only\. Received: "40"/],
    ];
    for (const [mistake, words, message] of mistakes) {
        it(`refuse ${mistake}`, () => {
            assert.throws(() => readOptions(words), { name: "UsageError", message });
        });
    }

    it("are all in the usage, with every peer", () => {
        for (const term of ["--hosts N,…", "--keys N", "--runs N", "--peers NAME,…", "--output FOLDER", ...peerNames]) {
            assert.ok(usage().includes(`\n  ${term} `), `no ${term} in:\n${usage()}`);
        }
    });
});
