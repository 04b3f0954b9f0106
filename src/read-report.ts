import { written } from "./diagnostic";
import { type HostReport, parseReport } from "./report";
import { shapeProblem } from "./report-shape";

/** What may be a report, as an object or as the rows that the agent prints. */
export interface MaybeReport {
    readonly schema?: unknown;
    readonly verb?: unknown;
    readonly keys?: unknown;
    readonly name?: unknown;
    readonly problems?: unknown;
}

/**
 * True also of what has to be told, not passed over: a report without `schema` or `verb`, and what stands in an instance's
 * report.json where user data could not apply the tuning.
 */
export function isMaybeReport(value: unknown): value is MaybeReport {
    if (typeof value !== "object" || value === null) {
        return false;
    }
    if ("verb" in value && value.verb === "apply") {
        return "problems" in value;
    }
    const parts = ["keys", "timeWait"].filter((part) => part in value).length;
    return "verb" in value && value.verb === "verify" ? parts > 0 || "schema" in value : parts === 2;
}

/** Where the line with a report begins in what a host printed. */
const BEGINNING = /^\s*\{"schema":\d+,"verb":"verify",/m;
/** Where the reports of a fleet begin. */
const ROLLOUT = /^\s*\{"schema":\d+,"verb":"rollout",/;
/** JSON that may have a report in it, or be the text of one, or of those of a fleet, or of a plan. */
const JSON_WITH_REPORT = /^\s*[[{"][\s\S]*(?:verify|timeWait|problems|rollout|plan)/;

/** The JSON in a text that may be a report, also behind what a login prints; undefined where there is none. */
export function jsonIn(text: string): unknown {
    return [text, text.trim().split("\n").at(-1) ?? ""]
        .filter((part) => JSON_WITH_REPORT.test(part))
        .map(json)
        .find((value) => value !== undefined);
}

/** True where a text has a report that {@link jsonIn} does not find. */
export function isBrokenReport(text: string): boolean {
    return BEGINNING.test(text);
}

/** True where a text should have the reports of a fleet, which cannot be unpacked. */
export function isBrokenRollout(text: string): boolean {
    return ROLLOUT.test(text);
}

function json(text: string): unknown {
    try {
        return JSON.parse(text);
    } catch {
        return undefined;
    }
}

const ANEW = "run pulumi up with this version of the package";

/** The report, or why it is none. */
export function readReport(value: MaybeReport): HostReport | string {
    const { schema, verb, name, problems } = value;
    if (verb === "apply") {
        return `the tuning ${written(name)} was not applied: ${[problems].flat().join("; ")}`;
    }
    if (schema === undefined) {
        return "a report without schema, so that nobody knows how to read it";
    }
    if (typeof schema === "number" && schema > 1) {
        return `a report of schema ${schema}, and only 1 is known here; a newer tcp-tuning made it, and reads it`;
    }
    if (schema !== 1) {
        return `a report of schema ${written(schema)}, and only 1 is known here; ${ANEW}`;
    }
    if (verb !== "verify") {
        return `a report ${verb === undefined ? "without verb" : `with the verb ${written(verb)}`}, which has to be "verify"`;
    }
    return hasRows(value) ? fromRows(value) : checked(value as HostReport);
}

function checked(report: HostReport): HostReport | string {
    const problem = shapeProblem(report);
    return problem === undefined ? report : `a report of another shape: ${problem}; ${ANEW}`;
}

/** As the agent prints it. */
function hasRows({ keys }: MaybeReport): boolean {
    return typeof keys === "object" && keys !== null && Object.values(keys).some(Array.isArray);
}

function fromRows(value: MaybeReport): HostReport | string {
    try {
        return checked(parseReport(JSON.stringify(value)));
    } catch (error) {
        return `a report of another shape: ${(error as Error).message}; ${ANEW}`;
    }
}
