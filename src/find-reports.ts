import { type HostReport, parseReport } from "./report";
import { shapeProblem } from "./report-shape";

/** The reports in a stack's outputs, in its state, or in what agents printed. */
export interface FoundReports {
    /** One of each tuning on each host: of several the one verified last, then the newest generation, then the last. */
    readonly reports: readonly HostReport[];
    /** Names of tunings of which another report was left out for it. */
    readonly replaced: readonly string[];
    /** Reports that cannot be read: where each stands, and why. */
    readonly unreadable: readonly string[];
    /** Where outputs stand that are secret, and so are not shown. */
    readonly secrets: readonly string[];
}

/** `pulumi stack output --json` writes this for a secret. */
const SECRET = "[secret]";
/** Outputs and states are not that deep; what is comes from somewhere else. */
const DEEPEST = 100;

/**
 * Finds every report in a JSON document: as an object, as rows, or as the text that the agent printed, which is what
 * stands in a stack's state.
 */
export function findReports(document: unknown): FoundReports {
    const reports = new Map<string, HostReport>();
    const replaced: string[] = [];
    const unreadable: string[] = [];
    const secrets: string[] = [];
    const take = (report: HostReport): void => {
        // The boot as well: instances of one launch template may have one name and one host name.
        const id = JSON.stringify([report.name, report.host, report.boot]);
        const former = reports.get(id);
        if (former !== undefined && JSON.stringify(former) !== JSON.stringify(report)) {
            replaced.push(report.name);
        }
        if (former === undefined || !isLater(former, report)) {
            reports.set(id, report);
        }
    };
    const look = (value: unknown, path: readonly string[]): void => {
        if (value === SECRET) {
            secrets.push(path.join("."));
        } else if (typeof value === "string") {
            look(isPrinted(value) ? json(value) : undefined, path);
        } else if (isVerification(value)) {
            const report = read(value);
            if (typeof report === "string") {
                unreadable.push(`${path.join(".") || "the document"}: ${report}`);
            } else {
                take(report);
            }
        } else if (typeof value === "object" && value !== null && path.length < DEEPEST) {
            Object.entries(value).forEach(([name, part]) => look(part, [...path, name]));
        }
    };
    look(document, []);
    return { reports: [...reports.values()], replaced, unreadable, secrets };
}

/** By one host's clock, so the times can be compared; as text, since all have one form. */
function isLater(a: HostReport, b: HostReport): boolean {
    return a.verifiedAt === b.verifiedAt ? a.generation > b.generation : a.verifiedAt > b.verifiedAt;
}

interface Verification {
    readonly schema: unknown;
    readonly keys?: unknown;
}

function isVerification(value: unknown): value is Verification {
    return (
        typeof value === "object" && value !== null && "verb" in value && value.verb === "verify" && "schema" in value
    );
}

function isPrinted(text: string): boolean {
    return /^\s*\{"schema":\d+,"verb":"verify",/.test(text);
}

function json(text: string): unknown {
    try {
        return JSON.parse(text);
    } catch {
        return undefined;
    }
}

/** The report, or why it is none. */
function read(value: Verification): HostReport | string {
    if (value.schema !== 1) {
        return `a report of schema ${JSON.stringify(value.schema)}, and only 1 is known here; run pulumi up with this version of the package`;
    }
    const problem = hasRows(value) ? undefined : shapeProblem(value);
    if (problem !== undefined) {
        return `a report of another shape: ${problem}; run pulumi up with this version of the package`;
    }
    return hasRows(value) ? fromRows(value) : (value as unknown as HostReport);
}

/** As the agent prints it. */
function hasRows({ keys }: Verification): boolean {
    return typeof keys === "object" && keys !== null && Object.values(keys).some(Array.isArray);
}

function fromRows(value: Verification): HostReport | string {
    try {
        const report = parseReport(JSON.stringify(value));
        const problem = shapeProblem(report);
        return problem === undefined ? report : `a report of another shape: ${problem}`;
    } catch (error) {
        return `a report of another shape: ${(error as Error).message}`;
    }
}
