import { join } from "node:path";
import { createGenerator } from "ts-json-schema-generator";

/** The JSON Schema of the report, made from its types and their comments. */
export function generateReportSchema(root: string): string {
    const generator = createGenerator({
        path: join(root, "src/report.ts"),
        tsconfig: join(root, "tsconfig.json"),
        type: "HostReport",
        topRef: false,
        sortProps: false,
        skipTypeCheck: true,
    });
    const { $schema, ...schema } = generator.createSchema("HostReport");
    return `${JSON.stringify({ $schema, title: "HostReport", ...schema }, null, 2)}\n`;
}
