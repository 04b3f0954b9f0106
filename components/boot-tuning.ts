import * as pulumi from "@pulumi/pulumi";
import { userDataText } from "../src/user-data";
import { type Finding, finding, isRecord, received } from "./argument-findings";
import { checkArgs } from "./check-args";
import { isLate } from "./connection";
import { tuningAliases } from "./former-names";
import { strayFindings } from "./stray-findings";
import { TcpTuning } from "./tcp-tuning";
import type { TcpTuningArgs } from "./tcp-tuning-args";

/** The tuning of instances that apply it themselves, at each boot: the arguments of {@link TcpTuning} that need no connection. */
export interface BootTuningArgs
    extends Pick<
        TcpTuningArgs,
        "profile" | "parameters" | "unlisted" | "optional" | "accept" | "onOverride" | "onFailure"
    > {}

/** What did not happen when arguments are wrong. */
export const NO_EFFECT = "nothing was registered";

/** What an instance runs at boot anyway. */
export interface OwnUserData {
    readonly plain?: pulumi.Input<string | undefined>;
    readonly base64?: pulumi.Input<string | undefined>;
    /** The argument that has it in base64. */
    readonly base64Argument: string;
}

const taken = ["profile", "parameters", "unlisted", "optional", "accept", "onOverride", "onFailure", "verify"] as const;

/** The arguments of the {@link TcpTuning} that stands for such a tuning. */
export function unconnected(args: BootTuningArgs & Pick<TcpTuningArgs, "verify">): TcpTuningArgs {
    const values: Partial<Record<keyof TcpTuningArgs, unknown>> = { delivery: "user-data" };
    for (const name of taken) {
        values[name] = isRecord(args) ? args[name] : undefined;
    }
    return values as TcpTuningArgs;
}

/** Where what is no part of a tuning here belongs. */
const elsewhere: Readonly<Record<string, string>> = {
    mergeWith: "write it as userData, beside tuning",
    connection: "only a TunedInstance is connected to",
    verify: "only a TunedInstance with a connection and a TuningAssociation take one",
    onFailure: "there is no boot whose failure it could tell",
    delivery: "the class says it; leave it out",
};

/**
 * What a variable may bring along unseen by the compiler: it would be lost in silence.
 *
 * @param names What is taken.
 */
export function tuningFindings(tuning: unknown, names: readonly string[]): Finding[] {
    if (!isRecord(tuning)) {
        return [finding("tuning", `${received(tuning)}; write an object, such as { profile: "high-traffic" }`)];
    }
    return strayFindings(tuning, names, { path: "tuning.", elsewhere });
}

/** What a launch template's tuning is made of. */
export const bootNames: readonly string[] = taken.filter((name) => name !== "verify");

/**
 * The tuning of an instance, with what its owner runs at boot as a part of its user data.
 *
 * @param others What is wrong with the instance's other arguments.
 * @throws InputPropertiesError with all findings
 */
export function bootTuning(
    [title, name]: readonly [title: string, name: string],
    values: TcpTuningArgs,
    own: OwnUserData,
    opts: pulumi.CustomResourceOptions,
    others: readonly Finding[] = [],
): TcpTuning {
    checkArgs(title, values, [...others, ...ownFindings(own)], NO_EFFECT);
    const mergeWith = pulumi
        .all([own.plain, own.base64])
        .apply(([plain, base64]) => (base64 ? decoded(base64, own.base64Argument) : plain));
    return new TcpTuning(name, { ...values, mergeWith }, { parent: opts.parent, aliases: tuningAliases(opts.aliases) });
}

/** A diff of 20 KB of base64 tells nothing: the settings of the tuning beside it do. */
export function withQuietUserData(opts: pulumi.CustomResourceOptions): pulumi.CustomResourceOptions {
    return pulumi.mergeOptions({ hideDiffs: ["userData", "userDataBase64"] }, opts);
}

/** What is wrong with what is known already of it; a secret may be in it, so it is not shown. */
function ownFindings({ plain, base64, base64Argument }: OwnUserData): Finding[] {
    if (plain !== undefined && !isLate(plain) && typeof plain !== "string") {
        return [finding("userData", `${received(plain)}; write a text`)];
    }
    if (base64 === undefined || isLate(base64)) {
        return [];
    }
    if (typeof base64 !== "string") {
        return [finding(base64Argument, `${received(base64)}; write a text in base64`)];
    }
    try {
        decoded(base64, base64Argument);
        return [];
    } catch (error) {
        return [finding(base64Argument, (error as Error).message)];
    }
}

const BASE64 = /^[A-Za-z0-9+/\s]*={0,2}\s*$/;

/** The owner's own user data. @throws Error when it is no base64 of text, without showing it */
function decoded(base64: string, argument: string): string {
    try {
        if (BASE64.test(base64)) {
            return userDataText(base64);
        }
    } catch {} // what it is not is told below
    throw new Error(
        `received ${base64.length} characters that are not the base64 of a text, or of a gzip'd one, which alone can ` +
            `be a part beside the tuning's; ${argument} takes Buffer.from(text).toString("base64")`,
    );
}
