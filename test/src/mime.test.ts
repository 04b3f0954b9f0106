import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { describe, it } from "node:test";
import fc from "fast-check";
import { multipart } from "../../src/mime";

/** Python's parser is cloud-init's: prints each part as base64. */
const PARSER = `
import base64, email, json, sys
parts = [part for part in email.message_from_string(sys.stdin.buffer.read().decode()).walk() if not part.is_multipart()]
print(json.dumps([[part.get_content_type(), part.get_filename(), base64.b64encode(part.get_payload(decode=True)).decode()]
                  for part in parts]))`;

type Seen = readonly [type: string, filename: string | null, content: string];

function parsed(message: string): Seen[] {
    const { stdout, stderr } = spawnSync("python3", ["-c", PARSER], { input: message, encoding: "utf8" });
    assert.equal(stderr, "");
    return (JSON.parse(stdout) as Seen[]).map(([type, filename, content]) => [
        type,
        filename,
        Buffer.from(content, "base64").toString(),
    ]);
}

const skip = spawnSync("python3", ["--version"]).error ? "python3 is not installed" : false;

describe("a multipart message", { skip }, () => {
    it("holds its parts byte for byte, whatever is in them", () => {
        const content = fc.oneof(
            fc.string({ unit: "grapheme" }),
            fc.constantFrom(
                "#!/bin/sh\necho 1\n",
                "#!/bin/sh\r\necho 1\r\n",
                "From here\n",
                "--x\n",
                "\n\n\n",
                "tab\there\n",
                "ü\n",
                "a",
                "#cloud-config\nkey: ü\n",
            ),
        );
        fc.assert(
            fc.property(fc.array(content, { minLength: 1, maxLength: 4 }), (contents) => {
                const message = multipart(contents.map((each) => ({ type: "text/plain", content: each })));
                assert.deepEqual(
                    parsed(message).map(([, , each]) => each),
                    contents,
                );
            }),
            { numRuns: 30 },
        );
    });

    it("names its parts", () => {
        const message = multipart([{ type: "text/x-shellscript", filename: "zzzz-verify", content: "#!/bin/sh\n" }]);
        assert.deepEqual(parsed(message), [["text/x-shellscript", "zzzz-verify", "#!/bin/sh\n"]]);
    });

    it("takes a message in as it is, with its parts in their place", () => {
        const inner = multipart([
            { type: "text/cloud-config", content: "#cloud-config\na: 1\n" },
            { type: "text/x-shellscript", content: "#!/bin/sh\r\n" },
        ]);
        for (const given of [inner, `MIME-Version: 1.0\n${inner.replace("MIME-Version: 1.0\n", "")}`]) {
            const outer = multipart([
                { type: "text/cloud-boothook", content: "first\n" },
                { type: "text/plain", content: given },
                { type: "text/x-shellscript", content: "last\n" },
            ]);
            assert.deepEqual(
                parsed(outer).map(([type, , content]) => [type, content]),
                [
                    ["text/cloud-boothook", "first\n"],
                    ["text/cloud-config", "#cloud-config\na: 1\n"],
                    ["text/x-shellscript", "#!/bin/sh\r\n"],
                    ["text/x-shellscript", "last\n"],
                ],
            );
        }
    });

    it("takes in what cloud-init takes for a message, however its header begins", () => {
        const script = "Content-Type: text/x-shellscript\nMIME-Version: 1.0\n\n#!/bin/sh\n";
        for (const given of [
            script,
            `X-Tool: make-mime\n${script}`,
            `From nobody Fri Jan  1 00:00:00 2021\n${script}`,
            script.replaceAll("\n", "\r\n"),
        ]) {
            const message = multipart([
                { type: "text/plain", content: given },
                { type: "text/plain", content: "last\n" },
            ]);
            assert.deepEqual(
                parsed(message).map(([type, , content]) => [type, content.trim()]),
                [
                    ["text/x-shellscript", "#!/bin/sh"],
                    ["text/plain", "last"],
                ],
            );
        }
    });

    it("takes a script that writes a message for a script", () => {
        const script = "#!/bin/sh\nsendmail <<E\nMIME-Version: 1.0\n\nE\n";
        assert.deepEqual(parsed(multipart([{ type: "text/plain", content: script }])), [["text/plain", null, script]]);
    });

    it("is the same for the same parts", () => {
        const parts = [{ type: "text/plain", content: "a\n" }];
        assert.equal(multipart(parts), multipart(parts));
    });
});
