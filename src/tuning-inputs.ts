import type { OnOverride } from "./agent/request";
import type { Diagnostic } from "./diagnostic";
import { isProfileName, type ProfileName } from "./profiles";
import type { Rollout } from "./rollout/rollout";
import { HANDLED_BY_AGENT } from "./rules";
import { parseSetting } from "./setting-words";
import { resolveSettings } from "./settings";

/** The type of the resource, as the engine has it. */
export const TUNING = "pulumi-tcp-tuning:index:TcpTuning";

/** The public inputs of a `TcpTuning`, as it registers them. */
export interface TuningInputs {
    readonly profile?: ProfileName;
    /** Key to value, bound or fact in words: `at least 8192`. */
    readonly settings: Readonly<Record<string, string>>;
    /** Those of the keys that were given as unlisted. */
    readonly unlisted?: readonly string[];
    readonly accept?: Readonly<Record<string, string>>;
    readonly verify?: false | { readonly maxTimeWait?: number };
    readonly delivery?: string;
    readonly onOverride?: OnOverride;
    readonly insecureIgnoreHostKey?: boolean;
}

/** The type of a fleet, as the engine has it. */
export const FLEET = "pulumi-tcp-tuning:index:TcpTuningFleet";

/** The public inputs of a `TcpTuningFleet`: hosts of which the same is said are together. */
export interface FleetInputs {
    readonly tunings: readonly (TuningInputs & {
        /** Name to address. */
        readonly hosts: Readonly<Record<string, string>>;
        /** What becomes of a host that leaves. @default it is restored */
        readonly restore?: "leave";
        /** Name to the names that a host had before, of those that have some. */
        readonly aliases?: Readonly<Record<string, readonly string[]>>;
    })[];
    readonly rollout: Rollout;
    /** Names or addresses of hosts that left, and are not restored. */
    readonly gone?: readonly string[];
}

/** What the rules say of a tuning, judged anew: the program may have an older version of them. */
export function diagnosticsOf({
    profile,
    settings,
    unlisted = [],
    accept,
    verify,
}: TuningInputs): readonly Diagnostic[] {
    const values = Object.entries(settings).map(([key, words]) => [key, parseSetting(words)] as const);
    const [outside, listed] = [true, false].map((wanted) =>
        Object.fromEntries(values.filter(([key]) => unlisted.includes(key) === wanted)),
    );
    const { diagnostics } = resolveSettings(
        { profile: isProfileName(profile) ? profile : undefined, parameters: listed, unlisted: outside, accept },
        { maxTimeWait: verify ? verify.maxTimeWait : undefined },
    );
    return diagnostics.filter(({ id }) => id !== HANDLED_BY_AGENT);
}
