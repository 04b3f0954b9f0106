/** What a host holds, as far as tunings change it: a model to compare real hosts with. */
export interface ModelHost {
    /** Live values by key. */
    readonly live: Values;
    /** Drop-ins by the NAME of their tuning. */
    readonly files: Readonly<Record<string, string>>;
    /** What the ledgers remember, by NAME. */
    readonly tunings: Readonly<Record<string, ModelTuning>>;
    /** A run was killed here: the next one may put values back, and a file may be another's until then. */
    readonly isUnsettled?: boolean;
}

export type Values = Readonly<Record<string, string>>;

interface ModelTuning {
    readonly set: Values;
    readonly originals: Values;
}

/** A tuning that is applied or restored, with the names that it had before. */
export interface Request {
    readonly name: string;
    readonly formers: readonly string[];
    readonly settings: Values;
}

/** Keys that the test hosts do not have; they may be wanted as optional ones only. */
export const MISSING_KEY = "net.ipv4.tcp_no_such_key";

export function untouched(live: Values): ModelHost {
    return { live, files: {}, tunings: {} };
}

/** What a successful apply makes of a host; undefined when another tuning has one of the keys. */
export function applied(host: ModelHost, request: Request): ModelHost | undefined {
    const family = familyOf(host, request);
    const strangers = Object.entries(host.tunings).filter(([name]) => !family.includes(name));
    const set = without(request.settings, [MISSING_KEY]);
    if (strangers.some(([, tuning]) => Object.keys(set).some((key) => key in tuning.set))) {
        return undefined;
    }
    const known = knownTo(host, family);
    const dropped = without(known.originals, Object.keys(set));
    const originals = Object.fromEntries(Object.keys(set).map((key) => [key, known.originals[key] ?? host.live[key]!]));
    return {
        live: { ...host.live, ...dropped, ...set },
        files: { ...without(host.files, family), [request.name]: fileOf(request.settings) },
        tunings: { ...without(host.tunings, family), [request.name]: { set, originals } },
    };
}

/** What a successful restore makes of a host. */
export function restored(host: ModelHost, request: Request): ModelHost {
    const family = familyOf(host, request);
    return {
        live: { ...host.live, ...knownTo(host, family).originals },
        files: without(host.files, family),
        tunings: without(host.tunings, family),
    };
}

/** What a run that was killed may have made of a host, once any next run has recovered it. */
export function killed(host: ModelHost, outcome: ModelHost): ModelHost[] {
    return [host, outcome].map((either) => ({ ...either, isUnsettled: true }));
}

/** A value that somebody writes by hand. A run that was killed in the middle of its values cannot keep it. */
export function written(host: ModelHost, key: string, value: string): ModelHost[] {
    const changed = { ...host, live: { ...host.live, [key]: value } };
    return host.isUnsettled ? [changed, host] : [changed];
}

/**
 * A drop-in that somebody changes by hand; undefined removes it. After a kill the file that was found may be the one
 * of before, which the next run replaces, or the wanted one under its former name.
 */
export function edited(host: ModelHost, name: string, edit: (text: string) => string | undefined): ModelHost[] {
    const changes = Object.keys(host.files)
        .filter((file) => host.isUnsettled || file === name)
        .map((file) => {
            const text = edit(host.files[file]!);
            const others = without(host.files, [file]);
            return { ...host, files: text === undefined ? others : { ...others, [file]: text } };
        });
    return host.isUnsettled || changes.length === 0 ? [host, ...changes] : changes;
}

/** After a boot the kernel's defaults and the drop-ins decide, in the order of their names. */
export function rebooted(host: ModelHost, defaults: Values): ModelHost {
    const assignments = Object.keys(host.files)
        .sort()
        .flatMap((name) => assignmentsIn(host.files[name]!));
    // What a killed run journaled counts no more.
    return {
        files: host.files,
        tunings: host.tunings,
        live: { ...defaults, ...without(Object.fromEntries(assignments), [MISSING_KEY]) },
    };
}

/** A drop-in's text; the missing key is optional. */
export function fileOf(settings: Values): string {
    const line = ([key, value]: [string, string]) => `${key === MISSING_KEY ? "-" : ""}${key} = ${value}\n`;
    return Object.entries(settings).map(line).join("");
}

function assignmentsIn(text: string): [string, string][] {
    return [...text.matchAll(/^-?([a-z]\S*) = (.*)$/gm)].map(([, key = "", value = ""]) => [key, value]);
}

/** The name itself, its former ones, and tunings that took over from it. */
function familyOf(host: ModelHost, { name, formers }: Request): string[] {
    const successors = Object.keys(host.tunings).filter((other) => SUCCESSOR[other] === name);
    return [name, ...formers, ...successors];
}

/** Which name took over from which, in these tests. */
export const SUCCESSOR: Readonly<Record<string, string>> = { "shop-prod-www": "shop-prod-web" };

function knownTo(host: ModelHost, family: readonly string[]): ModelTuning {
    const tunings = family.flatMap((name) => host.tunings[name] ?? []);
    return {
        set: Object.assign({}, ...tunings.map(({ set }) => set)),
        originals: Object.assign({}, ...tunings.map(({ originals }) => originals)),
    };
}

function without<T>(record: Readonly<Record<string, T>>, keys: readonly string[]): Record<string, T> {
    return Object.fromEntries(Object.entries(record).filter(([key]) => !keys.includes(key)));
}
