import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import ts from "typescript";
import {
    generateTable,
    generateTypes,
    README_FILE,
    REFERENCE_FILE,
    REPORT_SCHEMA_FILE,
    replaceTable,
    TYPES_FILE,
} from "../../scripts/generate";
import { generateReference } from "../../scripts/parameter-reference";
import { generateReportSchema } from "../../scripts/report-schema";
import { catalogue } from "../../src/catalogue";

const ROOT = join(__dirname, "..", "..", "..");

describe("generated texts", () => {
    it("are current: otherwise run npm run generate", () => {
        assert.equal(readFileSync(join(ROOT, TYPES_FILE), "utf8"), generateTypes());
        assert.equal(readFileSync(join(ROOT, REPORT_SCHEMA_FILE), "utf8"), generateReportSchema(ROOT));
        assert.equal(readFileSync(join(ROOT, REFERENCE_FILE), "utf8"), generateReference());
        const readme = join(ROOT, README_FILE);
        const text = existsSync(readme) ? readFileSync(readme, "utf8") : "";
        assert.equal(text, replaceTable(text));
    });

    it("have a type for each parameter that kernels still have", () => {
        const keys = [...generateTypes().matchAll(/^ {4}readonly "(.*)"\?: /gm)].map(([, key]) => key);
        assert.deepEqual(
            keys,
            Object.keys(catalogue)
                .filter((key) => key !== "net.ipv4.tcp_tw_recycle")
                .sort(),
        );
    });

    it("end no comment early", () => {
        assert.equal(generateTypes().match(/\*\//g)?.length, Object.keys(catalogue).length);
    });

    it("put a table between the two marks and leave the rest", () => {
        const text = "before\n<!-- parameters:begin -->\nold\n<!-- parameters:end -->\nafter\n";
        const replaced = replaceTable(text);
        assert.equal(
            replaced,
            text.replace("old", () => generateTable()),
        );
        assert.equal(replaceTable(replaced), replaced);
        assert.equal(replaceTable("no marks"), "no marks");
    });

    it("have a table row for every published parameter", () => {
        const rows = generateTable().split("\n");
        assert.ok(
            rows.every((row) => row.split(" | ").length === 7),
            "seven cells each",
        );
        assert.ok(
            rows.includes(
                "| `net.ipv4.tcp_tw_recycle` | 1 | – | – | – | – | Removed in Linux 4.12; before, it " +
                    "silently dropped clients behind NAT. |",
            ),
        );
    });
});

describe("an editor", () => {
    it("explains a parameter on hover, also where every value is wrapped", () => {
        const program = [
            'import type { ParameterValues } from "./parameters";',
            "interface Late<T> { readonly promised: T }",
            "type Inputs = { readonly [K in keyof ParameterValues]?: ParameterValues[K] | Late<ParameterValues[K]> };",
            'export const inputs: Inputs = { "net.ipv4.tcp_fin_timeout": 30 };',
        ].join("\n");
        const files = { "/user.ts": program, "/parameters.ts": generateTypes() };
        const hover = hoverIn(files, '"net.ipv4.tcp_fin_timeout": 30');
        assert.match(hover, /^Life of an orphaned socket in FIN-WAIT-2\. It does not shorten TIME_WAIT/);
        assert.match(hover, /Unit: seconds\./);
        assert.match(hover, /@default 60$/);
    });
});

/** What TypeScript's language service shows at a place of /user.ts. */
function hoverIn(files: Readonly<Record<string, string>>, place: string): string {
    const service = ts.createLanguageService({
        getCompilationSettings: () => ({ noLib: true, strict: true }),
        getScriptFileNames: () => Object.keys(files),
        getScriptVersion: () => "1",
        getScriptSnapshot: (name) =>
            files[name] === undefined ? undefined : ts.ScriptSnapshot.fromString(files[name]),
        getCurrentDirectory: () => "/",
        getDefaultLibFileName: () => "/lib.d.ts",
        fileExists: (name) => files[name] !== undefined,
        readFile: (name) => files[name],
    });
    const info = service.getQuickInfoAtPosition("/user.ts", files["/user.ts"]!.indexOf(place) + 1);
    const tags = (info?.tags ?? []).map(({ name, text }) => `@${name} ${ts.displayPartsToString(text)}`);
    return [ts.displayPartsToString(info?.documentation), ...tags].join("\n");
}
