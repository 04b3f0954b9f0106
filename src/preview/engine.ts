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
    /** The name of its pack. */
    readonly pack: string;
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
    if (document !== undefined && isDocument(document)) {
        return fromDocument(document);
    }
    const events = (
        document === undefined ? text.split("\n").flatMap((line) => parsed(line) ?? []) : [document]
    ).filter(isEvent);
    if (events.length === 0 && text.trim() !== "") {
        throw new PreviewError("it is neither the document of a preview nor its events, one a line");
    }
    return fromEvents(events);
}

/** The engine leaves out what is empty, so one that only says that there is nothing is not its own. */
function isDocument(value: object): value is Document {
    const { steps, diagnostics } = value as Document;
    return isEnded(value) || [steps, diagnostics].some((list) => Array.isArray(list) && list.length > 0);
}

/** Only a preview that came to its end has a summary. */
function isEnded(document: Document): boolean {
    return document.duration !== undefined || document.changeSummary !== undefined;
}

function isEvent(value: object): value is Event {
    return Object.entries(value).some(
        ([name, part]) => name.endsWith("Event") && typeof part === "object" && part !== null,
    );
}

interface Document {
    readonly steps?: readonly {
        readonly op: string;
        readonly urn: string;
        readonly oldState?: ResourceState;
        readonly newState?: ResourceState;
    }[];
    readonly diagnostics?: readonly Diagnosed[];
    readonly duration?: unknown;
    readonly changeSummary?: unknown;
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
        readonly policyPackName: string;
        readonly enforcementLevel: string;
        readonly message: string;
    };
    readonly summaryEvent?: { readonly result?: string };
    readonly errorEvent?: { readonly error: string };
}

function fromDocument(document: Document): Preview {
    const steps = listOf(document.steps, "steps");
    const messages = listOf(document.diagnostics, "diagnostics").flatMap(readMessage);
    return {
        steps: steps.map(({ op, urn, oldState, newState }) => stepOf(op, urn, oldState, newState)),
        messages,
        violations: [],
        failed: messages.some(({ severity }) => severity === "error") || !isEnded(document),
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
        steps: steps.map(({ op, urn, old, new: wanted }) => stepOf(op, urn, old, wanted)),
        messages,
        violations: violations.map(({ resourceUrn, policyName, policyPackName, enforcementLevel, message }) => ({
            urn: resourceUrn === undefined ? undefined : textOf(resourceUrn, "resourceUrn"),
            policy: textOf(policyName, "policyName"),
            pack: textOf(policyPackName, "policyPackName"),
            level: textOf(enforcementLevel, "enforcementLevel"),
            text: textOf(message, "message").trim(),
        })),
        failed:
            messages.some(({ severity }) => severity === "error") ||
            !events.some(({ summaryEvent }) => summaryEvent !== undefined && summaryEvent.result !== "failed"),
    };
}

type State = ResourceState | null | undefined;

function stepOf(op: string, urn: string, before: State, after: State): Step {
    return {
        op: textOf(op, "op"),
        urn: textOf(urn, "urn"),
        before: stateOf(before, "old state"),
        after: stateOf(after, "new state"),
    };
}

/** @throws PreviewError unless it is an object, or absent */
function stateOf(state: State, what: string): ResourceState | undefined {
    if (state === null || state === undefined) {
        return undefined;
    }
    if (typeof state !== "object") {
        throw new PreviewError(`its ${what} is a ${typeof state}, not an object`);
    }
    return { ...state, parent: state.parent === undefined ? undefined : textOf(state.parent, "parent") };
}

/** @throws PreviewError unless it is text; the message has nothing of the value, which may be a secret */
function textOf(value: unknown, what: string): string {
    if (typeof value !== "string") {
        throw new PreviewError(`its ${what} is ${value === undefined ? "missing" : `no text, but ${typeof value}`}`);
    }
    return value;
}

/** @throws PreviewError unless it is a list of objects, or absent */
function listOf<T>(list: readonly T[] | undefined, what: string): readonly T[] {
    const isList = Array.isArray(list) && list.every((each) => typeof each === "object" && each !== null);
    if (list !== undefined && !isList) {
        throw new PreviewError(`its ${what} are no list of objects`);
    }
    return list ?? [];
}

/** The engine's own marks of severity stand before some, and inside of others. */
function readMessage(diagnosed: Diagnosed): Message[] {
    const urn = diagnosed.urn === undefined ? undefined : textOf(diagnosed.urn, "urn");
    const [message, severity] = [textOf(diagnosed.message, "message"), textOf(diagnosed.severity, "severity")];
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
