/** A resource as the engine tells it, before or after a step. */
export interface ResourceState {
    readonly type: string;
    readonly parent?: string;
    readonly inputs?: Readonly<Record<string, unknown>>;
    readonly outputs?: Readonly<Record<string, unknown>>;
    readonly retainOnDelete?: boolean;
}

export interface Step {
    /** For example `create`, `update`, `same`, `delete`, `replace`. */
    readonly op: string;
    readonly urn: string;
    readonly before?: ResourceState;
    readonly after?: ResourceState;
}

export interface Message {
    readonly urn?: string;
    readonly severity: "info" | "warning" | "error";
    readonly text: string;
}

export interface Violation {
    readonly urn?: string;
    readonly policy: string;
    readonly level: string;
    readonly text: string;
}

/** What the engine said in a preview, whichever way it printed it. */
export interface Preview {
    readonly steps: readonly Step[];
    readonly messages: readonly Message[];
    /** Only a stream of events has them. */
    readonly violations: readonly Violation[];
    readonly failed: boolean;
}

/** A text that is no output of `pulumi preview --json`. */
export class PreviewError extends Error {
    public override readonly name = "PreviewError";
}

/**
 * Reads what `pulumi preview --json` printed: one document, or, with `PULUMI_ENABLE_STREAMING_JSON_PREVIEW`, an event a
 * line. Debug messages of events hold secrets in plain text, and go no further than here.
 *
 * @throws PreviewError when it is neither
 */
export function readPreview(text: string): Preview {
    const document = parsed(text);
    if (document !== undefined && ("steps" in document || "diagnostics" in document || "changeSummary" in document)) {
        return fromDocument(document as Document);
    }
    const events = document === undefined ? text.split("\n").flatMap((line) => parsed(line) ?? []) : [document];
    if (events.length === 0 && text.trim() !== "") {
        throw new PreviewError("it has no JSON, neither one document nor an event a line");
    }
    return fromEvents(events as Event[]);
}

interface Document {
    readonly steps?: readonly {
        readonly op: string;
        readonly urn: string;
        readonly oldState?: ResourceState;
        readonly newState?: ResourceState;
    }[];
    readonly diagnostics?: readonly Diagnosed[];
}

interface Diagnosed {
    readonly urn?: string;
    readonly message: string;
    readonly severity: string;
}

interface Event {
    readonly resourcePreEvent?: {
        readonly metadata: {
            readonly op: string;
            readonly urn: string;
            readonly old?: ResourceState | null;
            readonly new?: ResourceState | null;
        };
    };
    readonly diagnosticEvent?: Diagnosed;
    readonly policyEvent?: {
        readonly resourceUrn?: string;
        readonly policyName: string;
        readonly enforcementLevel: string;
        readonly message: string;
    };
    readonly summaryEvent?: { readonly result?: string };
    readonly errorEvent?: { readonly error: string };
}

function fromDocument({ steps = [], diagnostics = [] }: Document): Preview {
    const messages = diagnostics.flatMap(readMessage);
    return {
        steps: steps.map(({ op, urn, oldState, newState }) => ({ op, urn, before: oldState, after: newState })),
        messages,
        violations: [],
        failed: messages.some(({ severity }) => severity === "error"),
    };
}

function fromEvents(events: readonly Event[]): Preview {
    const steps = events.flatMap(({ resourcePreEvent }) => resourcePreEvent?.metadata ?? []);
    const messages = [
        ...events.flatMap(({ diagnosticEvent }) => (diagnosticEvent ? readMessage(diagnosticEvent) : [])),
        ...events.flatMap(({ errorEvent }) =>
            errorEvent ? readMessage({ message: errorEvent.error, severity: "error" }) : [],
        ),
    ];
    const violations = events.flatMap(({ policyEvent: found }) => found ?? []);
    return {
        steps: steps.map(({ op, urn, old, new: wanted }) => ({
            op,
            urn,
            before: old ?? undefined,
            after: wanted ?? undefined,
        })),
        messages,
        violations: violations.map(({ resourceUrn, policyName, enforcementLevel, message }) => ({
            urn: resourceUrn,
            policy: policyName,
            level: enforcementLevel,
            text: message.trim(),
        })),
        failed:
            messages.some(({ severity }) => severity === "error") ||
            !events.some(({ summaryEvent }) => summaryEvent !== undefined && summaryEvent.result !== "failed"),
    };
}

/** The engine's own marks of severity stand before some, and inside of others. */
function readMessage({ urn, message, severity }: Diagnosed): Message[] {
    const level = severity.startsWith("info") ? "info" : severity;
    return level === "info" || level === "warning" || level === "error"
        ? [{ urn, severity: level, text: message.replace(/^(?:error|warning): /, "").trim() }]
        : [];
}

function parsed(text: string): object | undefined {
    try {
        const value: unknown = JSON.parse(text);
        return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
    } catch {
        return undefined;
    }
}

/** A resource's own name, the last part of its URN. */
export function nameOfUrn(urn: string): string {
    return urn.split("::").slice(3).join("::");
}

/** Its own type, the last of those that its URN is made of. */
export function typeOfUrn(urn: string): string {
    return urn.split("::")[2]?.split("$").at(-1) ?? "";
}

/** `project/stack`, as the first URN has it; undefined when the preview ended before there was one. */
export function stackOf({ steps }: Preview): string | undefined {
    const [, stack, project] = /^urn:pulumi:(.*?)::(.*?)::/.exec(steps[0]?.urn ?? "") ?? [];
    return stack === undefined ? undefined : `${project}/${stack}`;
}
