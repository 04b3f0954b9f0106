import { parameterOf } from "../catalogue";
import type { DriftRow } from "../drift-words";
import { isSecret } from "../pulumi-state";
import { diagnosticsOf, type TuningInputs } from "../tuning-inputs";
import type { Preview } from "./engine";
import { type Tuned, tuningsOf } from "./tuned";
import { fleetsOf } from "./tuned-fleet";

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
    /** False where more may change than can be told: values that are secret, or a roll-out of which nothing else is known. */
    readonly isWhole: boolean;
}

/** What would happen to which key of which host, in the order of hosts and keys. */
export function changesOf(preview: Preview): Changes {
    const fleets = fleetsOf(preview);
    const tunings = [...tuningsOf(preview), ...fleets.tunings].sort((a, b) => (a.host < b.host ? -1 : 1));
    const rows = tunings.map(rowsOf);
    return {
        rows: rows.flat(),
        accepted: tunings.flatMap(acceptedOf),
        remarks: [
            ...tunings.flatMap((tuned, index) =>
                remarksOf(tuned, rows[index]!).map((text) => ({ host: tuned.host, text })),
            ),
            ...fleets.rolledOut.map((host) => ({ host, text: ROLLED_OUT })),
        ],
        isWhole: fleets.rolledOut.length === 0 && !tunings.some(isHidden),
    };
}

const ROLLED_OUT = "is rolled out again: a host that has all it should is left alone";

function rowsOf(tuned: Tuned): Change[] {
    const { arrival, leaves, before, after, drift } = tuned;
    if (drift === undefined && isHidden(tuned)) {
        return [];
    }
    if (leaves !== undefined) {
        const rows = leaves === "restored" ? keysOf(before).map((key) => restored(tuned, key)) : [];
        return rows.filter(({ now, wanted }) => now === undefined || now !== wanted);
    }
    if (drift !== undefined) {
        return drift.rows.map((row) => changeOf(tuned, row.key, row));
    }
    const isNew = arrival !== undefined;
    return keysOf(before, after)
        .filter((key) => isNew || settingOf(before, key) !== settingOf(after, key))
        .filter((key) => !isNew || settingOf(after, key) !== undefined)
        .map((key) => changeOf(tuned, key));
}

/** True where the engine shows no settings, but their mark as a secret. */
function isHidden({ before, after }: Tuned): boolean {
    return isSecret(before?.settings) || isSecret(after?.settings);
}

function keysOf(...inputs: readonly (TuningInputs | undefined)[]): string[] {
    return [...new Set(inputs.flatMap((each) => Object.keys(each?.settings ?? {})))].sort();
}

/** In words; undefined where the tuning does not set the key. */
function settingOf(inputs: TuningInputs | undefined, key: string): string | undefined {
    const words: unknown = inputs?.settings?.[key];
    return words === undefined ? undefined : String(words);
}

function changeOf(tuned: Tuned, key: string, row?: DriftRow): Change {
    const { host, arrival, before, after } = tuned;
    const [was, wanted] = [settingOf(before, key), settingOf(after, key)];
    const lastUp = arrival === undefined ? was : undefined;
    const comesTo = row?.wanted ?? wanted ?? originalOf(tuned, key);
    const words = wanted !== undefined && comesTo !== wanted ? ` (${wanted})` : "";
    return {
        host,
        key,
        now: row?.now ?? lastUp,
        source: row !== undefined ? "seen" : lastUp !== undefined ? "last up" : "not known",
        wanted: comesTo === undefined ? undefined : `${comesTo}${words}`,
        why: [whyOf(tuned, key, row), ...(row ? bootOf(row) : [])].join("; "),
        accepted: acceptedOf(tuned)
            .filter(({ key: concerned }) => concerned === key)
            .map(({ id }) => id),
    };
}

function whyOf({ arrival, before, after }: Tuned, key: string, row: DriftRow | undefined): string {
    const [was, wanted] = [settingOf(before, key), settingOf(after, key)];
    if (arrival !== undefined) {
        return arrival;
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
    const found = report?.keys[key];
    return found?.original ?? (found?.status === "unchanged" ? found.wanted : undefined);
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

/** The hosts of a fleet of which the same is said have the same inputs, which are judged once. */
const judged = new WeakMap<TuningInputs, ReturnType<typeof diagnosticsOf>>();

function judgedBy(inputs: TuningInputs): ReturnType<typeof diagnosticsOf> {
    const known = Object.entries(inputs.settings ?? {}).filter(([, words]) => typeof words === "string");
    const found = judged.get(inputs) ?? diagnosticsOf({ ...inputs, settings: Object.fromEntries(known) });
    judged.set(inputs, found);
    return found;
}

const FORMER_RESTORED = "its former host gets its original values back";
const FORMER_LEFT = "its former host stays tuned: nothing there is taken back";

function remarksOf(tuned: Tuned, rows: readonly Change[]): string[] {
    const { arrival, leaves, isFormerLeft, isApplied, drift, after } = tuned;
    if (leaves !== undefined) {
        return leaves === "restored" ? [] : ["leaves the program, and stays tuned: nothing there is taken back"];
    }
    const isTold = rows.length > 0 || drift !== undefined;
    const values = isHidden(tuned) ? "values that are secret" : "the same values";
    return [
        ...(arrival === "moved to another host" ? [isFormerLeft ? FORMER_LEFT : FORMER_RESTORED] : []),
        ...(drift?.reasons ?? []).filter(
            (reason) => !/^(?:APPLY-VERIFY: \S+ is |nothing is applied here|the program has other)/.test(reason),
        ),
        ...(!isTold && arrival !== undefined && isHidden(tuned) ? [`${arrival}, with ${values}`] : []),
        ...(!isTold && arrival === undefined && isApplied ? [`is applied again, with ${values}`] : []),
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
