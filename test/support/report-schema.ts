import { readFileSync } from "node:fs";
import { join } from "node:path";
import Ajv from "ajv";
import type { HostReport } from "../../src/report";

const schema = JSON.parse(readFileSync(join(__dirname, "../../../schema/report.schema.json"), "utf8")) as object;
const ajv = new Ajv({ allErrors: true });
const validate = ajv.compile(schema);

/** What is wrong with a report by the package's JSON Schema; empty when nothing is. */
export function schemaErrors(report: unknown): string {
    return validate(report) ? "" : ajv.errorsText(validate.errors, { dataVar: "report" });
}

/** The report, when it is one by the JSON Schema. */
export function valid(report: HostReport): HostReport {
    const errors = schemaErrors(JSON.parse(JSON.stringify(report)));
    if (errors !== "") {
        throw new Error(`not a report by schema/report.schema.json: ${errors}`);
    }
    return report;
}
