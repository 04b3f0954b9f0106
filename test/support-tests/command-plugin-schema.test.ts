import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { describe, it } from "node:test";
import { provider } from "../support/command-plugin/provider";
import { packageSchema, RESOURCES, VERSION } from "../support/command-plugin/schema";

const sdk = path.dirname(require.resolve("@pulumi/command/package.json"));
const read = (...names: string[]) => readFileSync(path.join(sdk, ...names), "utf8");

/** The property names that match a pattern of the generated SDK. */
function names(text: string, pattern: RegExp): string[] {
    return [...new Set([...text.matchAll(pattern)].map((match) => match[1] ?? ""))].sort();
}

interface ObjectSchema {
    readonly properties: Record<string, { readonly default?: unknown }>;
    readonly required: string[];
}
interface Schema {
    readonly types: Record<string, ObjectSchema>;
    readonly resources: Record<
        string,
        ObjectSchema & {
            readonly inputProperties: Record<string, unknown>;
            readonly requiredInputs: string[];
        }
    >;
}
const schema = JSON.parse(packageSchema()) as Schema;

describe("the schema of the stand-in", () => {
    it("is of the version that the SDK asks for", () => {
        assert.equal((JSON.parse(read("package.json")) as { pulumi: { version: string } }).pulumi.version, VERSION);
    });

    for (const type of Object.keys(RESOURCES)) {
        const [, module = "", name = ""] = type.split(":");
        const source = read(module, `${name[0]?.toLowerCase()}${name.slice(1)}.js`);
        const resource = schema.resources[type];

        it(`has the inputs and outputs of the SDK's ${module} ${name}`, () => {
            const inputs = names(source, /resourceInputs\["(\w+)"\] = args/g);
            const outputs = names(source, /resourceInputs\["(\w+)"\]/g);
            assert.deepEqual(Object.keys(resource?.inputProperties ?? {}).sort(), inputs);
            assert.deepEqual(Object.keys(resource?.properties ?? {}).sort(), outputs);
            assert.deepEqual(resource?.requiredInputs.sort(), names(source, /Missing required property '(\w+)'/g));
        });
    }

    for (const name of ["Connection", "ProxyConnection"]) {
        const declaration = new RegExp(`interface ${name}Args \\{(.*?)\\n    \\}`, "s");
        const declared = declaration.exec(read("types", "input.d.ts"))?.[1] ?? "";
        const properties = schema.types[`command:remote:${name}`]?.properties ?? {};

        it(`has the fields and the defaults of the SDK's ${name}`, () => {
            assert.deepEqual(Object.keys(properties).sort(), names(declared, /^ {8}(\w+)\??:/gm));
            const body =
                new RegExp(`function ${name[0]?.toLowerCase()}${name.slice(1)}ArgsProvideDefaults.*?\\};`, "s").exec(
                    read("types", "input.js"),
                )?.[0] ?? "";
            const defaults = [...body.matchAll(/\(val\.(\w+)\) \?\? (.+),/g)].map(([, key, value]) => [key, value]);
            const ours = Object.entries(properties).filter(([, { default: value }]) => value !== undefined);
            assert.deepEqual(ours.map(([key, value]) => [key, JSON.stringify(value.default)]).sort(), defaults.sort());
        });
    }
});

describe("the check of the stand-in", () => {
    it("refuses files that a command is to bring back, and says what does", async () => {
        const urn = "urn:pulumi:dev::test::command:local:Command::task";
        const checked = await provider.check?.(urn, {}, { create: "true", assetPaths: ["*.txt"] });
        assert.deepEqual(
            checked?.failures?.map(({ property }) => property),
            ["assetPaths"],
        );
        assert.match(checked?.failures?.[0]?.reason ?? "", /collects no files\. With the real plugin \(pulumi plugin /);
    });
});
