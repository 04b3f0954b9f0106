import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Diagnostic, formatDiagnostic } from "../../../src/diagnostic";
import { applyAccept } from "../../../src/rules";

const warning: Diagnostic = { id: "TW-CAP-LOW", severity: "warning", message: "low" };
const rangeError: Diagnostic = { id: "FIN-RANGE", severity: "error", message: "0" };
const rangeWarning: Diagnostic = { id: "FIN-RANGE", severity: "warning", message: "61" };

describe("accepting", () => {
    it("marks a warning with its reason and keeps it in the list", () => {
        assert.deepEqual(applyAccept([warning, rangeError], { "TW-CAP-LOW": " agreed " }), [
            { ...warning, accepted: "agreed" },
            rangeError,
        ]);
    });

    it("of a rule with both degrees takes its warnings and leaves its errors", () => {
        assert.deepEqual(applyAccept([rangeError, rangeWarning], { "FIN-RANGE": "agreed" }), [
            rangeError,
            { ...rangeWarning, accepted: "agreed" },
        ]);
    });

    const refused: readonly [Record<string, string>, string][] = [
        [
            { "TW-CAP-LO": "why" },
            'error ACCEPT-UNKNOWN: `accept` names "TW-CAP-LO", and there is no such rule. Did you mean TW-CAP-LOW?',
        ],
        [
            { constructor: "why" },
            'error ACCEPT-UNKNOWN: `accept` names "constructor", and there is no such rule. Copy the id from the ' +
                "warning.",
        ],
        [
            { "TW-CAP-LOW": " " },
            "error ACCEPT-EMPTY: TW-CAP-LOW in `accept` has no reason. Write why this is right for these hosts.",
        ],
        [
            { "TRIPLE-ORDER": "why" },
            "error ACCEPT-ERROR: TRIPLE-ORDER in `accept` is an error, and only warnings can be accepted. " +
                "Take it out of `accept`.",
        ],
        [
            { "FIN-NOT-TW": "why" },
            "error ACCEPT-ERROR: FIN-NOT-TW in `accept` is a note, and there is nothing to accept. Take it out of " +
                "`accept`.",
        ],
    ];
    for (const [accept, line] of refused) {
        it(`refuses ${JSON.stringify(accept)}`, () => {
            assert.deepEqual(applyAccept([warning], accept).map(formatDiagnostic), [line, "warning TW-CAP-LOW: low."]);
        });
    }
});
