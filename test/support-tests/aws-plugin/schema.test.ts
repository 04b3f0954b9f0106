import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { describe, it } from "node:test";
import { differs, failures, type Properties } from "../../support/aws-plugin/property";
import { RESOURCES, VERSION } from "../../support/aws-plugin/resources";
import { asSecretAs } from "../../support/aws-plugin/secrecy";
import { secret } from "../../support/command-plugin/secrets";
import { AWS_PLUGIN } from "../../support/engine/aws";

const sdk = path.dirname(require.resolve("@pulumi/aws/package.json"));
const read = (...names: string[]) => readFileSync(path.join(sdk, ...names), "utf8");

describe("the stand-in for the AWS plugin", () => {
    it("is of the version that the SDK asks for", () => {
        const { pulumi } = JSON.parse(read("package.json")) as { pulumi: { version: string } };
        assert.deepEqual([VERSION, AWS_PLUGIN.version], [pulumi.version, pulumi.version]);
    });

    for (const [type, { inputs }] of Object.entries(RESOURCES)) {
        it(`has no input of ${type} that the SDK has not, and requires those that it requires`, () => {
            const source = read(...`${type.split(":")[1]}.js`.split("/"));
            const known = [...source.matchAll(/resourceInputs\["(\w+)"\] = args/g)].map(([, name]) => name);
            assert.deepEqual(
                Object.keys(inputs).filter((input) => !known.includes(input)),
                [],
            );
            const required = [...source.matchAll(/Missing required property '(\w+)'/g)].map(([, name = ""]) => name);
            assert.deepEqual(
                required.filter((input) => !inputs[input]?.required),
                [],
            );
        });
    }
});

const PROPERTIES: Properties = {
    name: { kind: "string", required: true },
    size: { kind: "number", computed: true },
    zones: { kind: "strings" },
    options: {
        kind: "object",
        computed: true,
        of: { tokens: { kind: "string" }, hops: { kind: "number", computed: true } },
    },
};

describe("the inputs of the stand-in", () => {
    it("are each refused by their path: unknown, missing, or of another type", () => {
        const wrong = { size: "2", zones: ["a", 1], options: { token: "required" } };
        assert.deepEqual(
            failures(wrong, PROPERTIES).map(({ property }) => property),
            ["name", "size", "zones", "options.token"],
        );
        assert.deepEqual(failures({ name: "web", zones: [] }, PROPERTIES), []);
    });

    it("differ in what the program says, and in what it no longer says unless AWS decides that", () => {
        const is = { name: "web", size: 2, zones: ["b", "a"], options: { tokens: "required", hops: 1 } };
        const changed = (wanted: Record<string, never> | object) =>
            Object.entries(PROPERTIES)
                .filter(([key, property]) => differs(is[key as "name"], (wanted as typeof is)[key as "name"], property))
                .map(([key]) => key);
        assert.deepEqual(changed({ name: "web", zones: ["a", "b"] }), []);
        assert.deepEqual(changed({ name: "web", options: { tokens: "required" } }), ["zones"]);
        assert.deepEqual(changed({ name: "db", zones: ["a", "b"], options: { tokens: "optional" } }), [
            "name",
            "options",
        ]);
    });

    it("stay as secret as they were", () => {
        assert.equal(asSecretAs("plain", "found"), "found");
        const known = secret("password");
        assert.equal(asSecretAs(known, "password"), known);
        assert.deepEqual(asSecretAs({ inside: known }, { inside: "other" }), secret({ inside: "other" }));
    });
});
