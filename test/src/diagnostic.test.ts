import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { type Diagnostic, formatDiagnostic, quote } from "../../src/diagnostic";

const finding: Diagnostic = {
    id: "TRIPLE-ORDER",
    severity: "error",
    key: "net.ipv4.tcp_mem",
    value: "3 2 1",
    message: "3 > 2, but the three values must ascend",
    suggestion: "Write them smallest first",
};

describe("a diagnostic as a line", () => {
    it("says severity, rule, key, value, what is wrong and what to write instead", () => {
        assert.equal(
            formatDiagnostic(finding),
            'error TRIPLE-ORDER net.ipv4.tcp_mem = "3 2 1": ' +
                "3 > 2, but the three values must ascend. Write them smallest first.",
        );
    });

    it("starts with file and line where they are known", () => {
        const located = { ...finding, location: { file: "/etc/sysctl.conf", line: 7 } };
        assert.equal(formatDiagnostic(located), `/etc/sysctl.conf:7: ${formatDiagnostic(finding)}`);
    });

    it("ends with the reason of an accepted warning", () => {
        const accepted: Diagnostic = { ...finding, severity: "warning", accepted: "agreed with the SRE team" };
        assert.match(formatDiagnostic(accepted), /^warning .* Accepted: agreed with the SRE team\.$/);
    });

    it("keeps a question a question, and does without what is missing", () => {
        assert.equal(
            formatDiagnostic({ id: "X", severity: "note", message: "so it is", suggestion: "Sure?" }),
            "note X: so it is. Sure?",
        );
    });

    it("is one line of printable characters whatever was received", () => {
        fc.assert(
            fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (value, message) => {
                const location = { file: value, line: 1 };
                const line = formatDiagnostic({ ...finding, value, key: message, message, location });
                assert.doesNotMatch(line, /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/);
            }),
        );
    });

    it("cuts a value that would flood the terminal", () => {
        assert.equal(quote("x".repeat(500)).length, 123);
    });
});
