import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { tcpTuning } from "./support";

const urn = "urn:pulumi:prod::shop::aws:rds/instance:Instance::db";
const step = { resourcePreEvent: { metadata: { op: "same", urn } } };
const ended = { summaryEvent: { result: "succeeded" } };
const stream = (...events: readonly object[]) => events.map((event) => JSON.stringify(event)).join("\n");

describe("tcp-tuning comment", () => {
    it("says that its input is no preview, in one sentence, and shows nothing of it", () => {
        const wrong = stream({ resourcePreEvent: { metadata: { op: "same", urn: { password: "hunter2" } } } });
        assert.deepEqual(tcpTuning(["comment"], wrong), {
            status: 2,
            stdout: "",
            stderr:
                "tcp-tuning comment: Standard input is no preview of Pulumi: its urn is no text, but object. " +
                "Give what pulumi preview --json printed.\n",
        });
        const { status, stdout, stderr } = tcpTuning(["comment"], '{"diagnostics":[]}');
        assert.deepEqual([status, stdout], [2, ""]);
        assert.match(stderr, /is no preview of Pulumi/);
    });

    it("tells on stderr, for the job's log, what the comment only names", () => {
        const error = { diagnosticEvent: { urn, severity: "error", message: "error: AccessDenied for hunter2\n" } };
        const { status, stdout, stderr } = tcpTuning(["comment"], stream(step, error, ended));
        assert.equal(status, 0);
        assert.match(stdout, /^- `aws:rds\/instance:Instance db`$/m);
        assert.doesNotMatch(stdout, /hunter2/);
        assert.equal(stderr, "error of aws:rds/instance:Instance db: AccessDenied for hunter2\n");
    });
});
