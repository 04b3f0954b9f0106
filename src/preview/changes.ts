import { parameterOf } from "../catalogue";
import { type DriftRow, readDrift, type ToldDrift } from "../drift-words";
import { parseReport } from "../report";
import { diagnosticsOf, TUNING, type TuningInputs } from "../tuning-inputs";
import { nameOfUrn, type Preview, type ResourceState, type Step, typeOfUrn } from "./engine";

/** Where the value of now is known from. */
export type Source = "seen" | "last up" | "not known";

/** What would happen to one key on one host. */
export interface Change {
    readonly host: string;
    readonly key: string;
    /** Absent where nobody looked and no `up` set it. */
    readonly now?: string;
    readonly source: Source;
    /** Absent where nobody knows the original, which comes back. */
    readonly wanted?: string;
    readonly why: string;
    /** Ids of the warnings that are accepted for it. */
    readonly accepted: readonly string[];
}

export interface Accepted {
    readonly id: string;
    readonly reason: string;
    readonly host: string;
}

/** What a preview says of all hosts. */
export interface Changes {
    readonly rows: readonly Change[];
    readonly accepted: readonly Accepted[];
    /** What is to be known of a host beside its values. */
    readonly remarks: readonly { readonly host: string; readonly text: string }[];
}

/** One tuning in a preview. */
interface Tuned {
    readonly host: string;
    readonly step?: Step;
    readonly before?: TuningInputs;
    readonly after?: TuningInputs;
    readonly apply?: Step;
    /** What the last verification printed. */
    readonly report?: string;
    /** Absent where the host is in step, or nobody looked. */
    readonly drift?: ToldDrift;
}

/** What would happen to which key of which host, in the order of hosts and keys. */
export function changesOf(preview: Preview): Changes {
    const tunings = tuningsOf(preview).sort((a, b) => (a.host < b.host ? -1 : 1));
    const rows = tunings.map(rowsOf);
    return {
        rows: rows.flat(),
        accepted: tunings.flatMap(acceptedOf),
        remarks: tunings.flatMap((tuned, index) =>
            remarksOf(tuned, rows[index]!).map((text) => ({ host: tuned.host, text })),
        ),
    };
}

/** Also those that only their commands or messages show: a document leaves out what is the same. */
function tuningsOf({ steps, messages }: Preview): Tuned[] {
    const own = new Map(steps.filter(({ urn }) => isTuning(urn)).map((step) => [step.urn, step]));
    const children = new Map<string, Map<string, Step>>();
    for (const step of steps.filter(({ urn }) => typeOfUrn(urn) === "command:remote:Command")) {
        const parent = step.after?.parent ?? step.before?.parent ?? "";
        if (isTuning(parent)) {
            children.set(parent, (children.get(parent) ?? new Map()).set(nameOfUrn(step.urn), step));
        }
    }
    const drifts = new Map(
        messages.flatMap(({ urn, text }) => {
            const drift = urn === undefined ? undefined : readDrift(text);
            return drift === undefined ? [] : [[urn!, drift] as const];
        }),
    );
    const urns = new Set([...own.keys(), ...children.keys(), ...drifts.keys()]);
    return [...urns].map((urn) => {
        const child = (verb: string) => children.get(urn)?.get(`${nameOfUrn(urn)}-${verb}`);
        return tunedOf(nameOfUrn(urn), own.get(urn), child("apply"), child("verify"), drifts.get(urn));
    });
}

function isTuning(urn: string): boolean {
    return typeOfUrn(urn) === TUNING;
}

function tunedOf(
    host: string,
    step: Step | undefined,
    apply: Step | undefined,
    verify: Step | undefined,
    drift: ToldDrift | undefined,
): Tuned {
    const [before, after] = [inputsOf(step?.before), inputsOf(step?.after)];
    return { host, step, before, after, apply, report: textOf(verify?.before?.outputs?.["stdout"]), drift };
}

function inputsOf(state: ResourceState | undefined): TuningInputs | undefined {
    return state?.inputs as TuningInputs | undefined;
}

function textOf(value: unknown): string | undefined {
    return typeof value === "string" ? value : undefined;
}

function rowsOf(tuned: Tuned): Change[] {
    const { step, apply, before, after, drift } = tuned;
    if (step?.op === "delete") {
        const rows = isRestored(tuned) ? keysOf(before).map((key) => restored(tuned, key)) : [];
        return rows.filter(({ now, wanted }) => now === undefined || now !== wanted);
    }
    const isNew = isNewHost(step, apply);
    const changed = keysOf(before, after).filter((key) => isNew || settingOf(before, key) !== settingOf(after, key));
    if (drift !== undefined) {
        return drift.rows.map((row) => changeOf(tuned, isNew, row.key, row));
    }
    return changed
        .filter((key) => !isNew || settingOf(after, key) !== undefined)
        .map((key) => changeOf(tuned, isNew, key));
}

/** A tuning that moves to another host restores the former one, and finds nothing of its own on the new one. */
function isNewHost(step: Step | undefined, apply: Step | undefined): boolean {
    return step?.op === "create" || isReplaced(apply);
}

function isReplaced(apply: Step | undefined): boolean {
    return apply !== undefined && /replace/.test(apply.op);
}

/** Of a host that leaves the program. */
function isRestored({ apply, step }: Tuned): boolean {
    const deletes = apply?.before?.inputs?.["delete"] !== undefined;
    return deletes && apply?.before?.retainOnDelete !== true && step?.before?.retainOnDelete !== true;
}

function keysOf(...inputs: readonly (TuningInputs | undefined)[]): string[] {
    return [...new Set(inputs.flatMap((each) => Object.keys(each?.settings ?? {})))].sort();
}

/** In words; undefined where the tuning does not set the key. */
function settingOf(inputs: TuningInputs | undefined, key: string): string | undefined {
    const words: unknown = inputs?.settings?.[key];
    return words === undefined ? undefined : String(words);
}

function changeOf(tuned: Tuned, isNew: boolean, key: string, row?: DriftRow): Change {
    const { host, before, after } = tuned;
    const [was, wanted] = [settingOf(before, key), settingOf(after, key)];
    const lastUp = isNew ? undefined : was;
    const comesTo = row?.wanted ?? wanted ?? originalOf(tuned, key);
    const words = wanted !== undefined && comesTo !== wanted ? ` (${wanted})` : "";
    return {
        host,
        key,
        now: row?.now ?? lastUp,
        source: row !== undefined ? "seen" : lastUp !== undefined ? "last up" : "not known",
        wanted: comesTo === undefined ? undefined : `${comesTo}${words}`,
        why: [whyOf(tuned, isNew, key, row), ...(row ? bootOf(row) : [])].join("; "),
        accepted: acceptedOf(tuned)
            .filter(({ key: concerned }) => concerned === key)
            .map(({ id }) => id),
    };
}

function whyOf({ step, before, after }: Tuned, isNew: boolean, key: string, row: DriftRow | undefined): string {
    const [was, wanted] = [settingOf(before, key), settingOf(after, key)];
    if (isNew) {
        return step?.op === "create" ? "new host" : "moved to another host";
    }
    if (was !== wanted && after !== undefined) {
        const drifted = row !== undefined && was !== undefined && row.now !== was && !/[a-z]/.test(was);
        const what =
            wanted === undefined
                ? "dropped: the original comes back"
                : was === undefined
                  ? "added"
                  : "changed by the program";
        return drifted ? `${what}; had drifted from ${was}` : what;
    }
    return row !== undefined && row.now === row.wanted ? "drift of the next boot" : "drift";
}

/** What would win over the drop-in at the next boot. */
function bootOf({ wanted, atBoot }: DriftRow): string[] {
    return atBoot === undefined || atBoot.endsWith(` = ${wanted}`) ? [] : [`at the next boot ${atBoot}`];
}

function restored(tuned: Tuned, key: string): Change {
    const { host, before } = tuned;
    const now = settingOf(before, key);
    return {
        host,
        key,
        now,
        source: now === undefined ? "not known" : "last up",
        wanted: originalOf(tuned, key),
        why: "the host leaves the program: restored",
        accepted: [],
    };
}

/** As the last verification read it in the host's ledger. */
function originalOf({ report }: Tuned, key: string): string | undefined {
    try {
        const found = report === undefined ? undefined : parseReport(report).keys[key];
        return found?.original ?? (found?.status === "unchanged" ? found.wanted : undefined);
    } catch {
        return undefined; // a secret, or not known yet
    }
}

/** The program's own; what a profile accepts is in its documentation. */
function acceptedOf({ host, after }: Tuned): (Accepted & { readonly key?: string })[] {
    const accept = after?.accept ?? {};
    return Object.keys(accept).length === 0
        ? []
        : judgedBy(after!)
              .filter(({ id, accepted }) => accepted !== undefined && Object.hasOwn(accept, id))
              .map(({ id, key, accepted }) => ({ id, key, reason: accepted!, host }));
}

function judgedBy(inputs: TuningInputs): ReturnType<typeof diagnosticsOf> {
    const known = Object.entries(inputs.settings ?? {}).filter(([, words]) => typeof words === "string");
    return diagnosticsOf({ ...inputs, settings: Object.fromEntries(known) });
}

function remarksOf(tuned: Tuned, rows: readonly Change[]): string[] {
    const { step, apply, drift, after } = tuned;
    if (step?.op === "delete") {
        return isRestored(tuned) ? [] : ["leaves the program, and stays tuned: nothing there is taken back"];
    }
    const again = rows.length === 0 && drift === undefined && apply?.op === "update";
    return [
        ...(isReplaced(apply) ? ["its former host gets its original values back"] : []),
        ...(drift?.reasons ?? []).filter(
            (reason) => !/^(?:APPLY-VERIFY: \S+ is |nothing is applied here|the program has other)/.test(reason),
        ),
        ...(again ? ["is applied again, with the same values"] : []),
        ...(rows.length > 0 && after?.delivery === "user-data"
            ? ["by user data: a running host changes at its next boot"]
            : []),
    ];
}

/** The first sentence of what a key does, in Markdown; undefined outside the catalogue. */
export function effectOf(key: string): string | undefined {
    return parameterOf(key)
        ?.effect.match(/^.*?[.;](?= |$)/)?.[0]
        .replace(/[.;]$/, "");
}
