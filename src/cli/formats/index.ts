import type { Diagnostic } from "../../diagnostic";
import { type Counts, formatFindings } from "../findings";
import { codeQuality } from "./code-quality";
import { annotations } from "./github";
import { junit } from "./junit";
import { sarif } from "./sarif";

/** What a check found, to be told in some format. */
export interface Checked {
    /** As they were named. */
    readonly files: readonly string[];
    /** By file and line. */
    readonly diagnostics: readonly Diagnostic[];
    readonly counts: Counts;
    /** What was read, and the counts, in one line. */
    readonly summary: string;
    readonly colour: boolean;
}

export type FormatName = "text" | "json" | "github" | "gitlab" | "sarif" | "junit";

export const formats: Readonly<Record<FormatName, (checked: Checked) => string>> = {
    text: ({ diagnostics, colour, summary }) => `${formatFindings(diagnostics, colour)}${summary}\n`,
    json: ({ files, diagnostics, counts }) => `${JSON.stringify({ files, diagnostics, counts }, undefined, 2)}\n`,
    github: annotations,
    gitlab: codeQuality,
    sarif,
    junit,
};

export const formatNames = Object.keys(formats) as FormatName[];

export function isFormatName(name: string): name is FormatName {
    return Object.hasOwn(formats, name);
}
