import * as pulumi from "@pulumi/pulumi";
import { guardSeconds } from "../src/agent/request";
import { allowedWords } from "../src/allowed";
import { formatDiagnostic, type Diagnostic } from "../src/diagnostic";
import type { ParameterValue } from "../src/setting";
import type { Target } from "../src/rules";
import { resolveSettings, type Resolution, type Tuning } from "../src/settings";
import { hostKeyProblem, isLate } from "./connection";
import type { TcpTuningArgs, VerifyArgs } from "./tcp-tuning-args";

type Finding = pulumi.InputPropertyErrorDetails;
type Values = Record<string, ParameterValue>;

/** Checks what is known already; all findings come together. @throws InputPropertiesError */
export function checkArgs(title: string, args: TcpTuningArgs): void {
    const limits = verifyFindings(args.verify);
    const findings = [...deliveryFindings(args), ...limits];
    if (limits.length === 0 && !hasLateValues(args.parameters) && !hasLateValues(args.unlisted)) {
        findings.push(...errors(resolve(args, args.parameters as Values, args.unlisted as Values)).map(toFinding));
    }
    if (findings.length > 0) {
        throw inputError(title, findings);
    }
}

/** What the arguments come to, once every value is known. */
export interface Outcome extends Resolution {
    /** What was resolved, for what it comes to on a host that was looked at. */
    readonly tuning: Tuning;
    readonly target: Target;
    /** What is wrong with values that came late; undefined when nothing is. */
    readonly refusal?: string;
}

/**
 * The settings, once every value is known. A value that came late and is wrong does not reject: a resource whose inputs
 * reject is not registered, and an inline program then goes on to delete what is not registered.
 */
export function resolveArgs(title: string, args: TcpTuningArgs): pulumi.Output<Outcome> {
    return pulumi.output([args.parameters, args.unlisted]).apply(([parameters, unlisted]) => {
        const resolution = resolve(args, parameters as Values, unlisted as Values);
        const findings = errors(resolution).map(toFinding);
        return findings.length === 0 ? resolution : { ...resolution, refusal: inputError(title, findings).message };
    });
}

function resolve(args: TcpTuningArgs, parameters: Values = {}, unlisted: Values = {}): Outcome {
    const { profile, optional, accept, verify } = args;
    const maxTimeWait = verify === false ? undefined : verify?.maxTimeWait;
    const [tuning, target] = [{ profile, parameters, unlisted, optional, accept }, { maxTimeWait }];
    const resolution = resolveSettings(tuning, target);
    return { ...resolution, tuning, target, diagnostics: resolution.diagnostics.filter(({ id }) => id !== HANDLED_BY_AGENT) };
}

/** The agent loads a key's module, now and at each boot. */
const HANDLED_BY_AGENT = "KEY-MODULE";

function errors({ diagnostics }: Resolution): readonly Diagnostic[] {
    return diagnostics.filter(({ severity }) => severity === "error");
}

function toFinding(diagnostic: Diagnostic): Finding {
    const { id, key } = diagnostic;
    const property = id.startsWith("ACCEPT-") ? "accept" : id.startsWith("PROFILE-") ? "profile" : "parameters";
    return { propertyPath: key ? `parameters["${key}"]` : property, reason: formatDiagnostic(diagnostic) };
}

/** Pulumi prints an error's stack, or else its message: here the message says where. */
export function inputError(title: string, findings: Finding[]): pulumi.InputPropertiesError {
    const reasons = findings.map(({ reason }) => `  ${reason}`).join("\n");
    const message = `${title}: ${count(findings.length)}, and no host was touched.\n${reasons}`;
    const error = new pulumi.InputPropertiesError({ message, errors: findings });
    error.stack = "";
    return error;
}

function count(findings: number): string {
    return findings === 1 ? "1 error" : `${findings} errors`;
}

function hasLateValues(values: object | undefined): boolean {
    return Object.values(values ?? {}).some(isLate);
}

/** Arguments that are one of a few words. */
const choices = {
    ...allowedWords,
    delivery: ["ssh", "user-data"],
    onFailure: ["report", "poweroff"],
} as const satisfies { readonly [Name in keyof TcpTuningArgs]?: readonly TcpTuningArgs[Name][] };
type Choice = keyof typeof choices;

function choiceFindings(name: Choice, value: unknown): Finding[] {
    const words: readonly unknown[] = choices[name];
    return value === undefined || words.includes(value) ? [] : [finding(name,
        `received ${JSON.stringify(value)}; write ${words.map((word) => JSON.stringify(word)).join(" or ")}`)];
}

function deliveryFindings(args: TcpTuningArgs): Finding[] {
    const { connection, delivery, optional } = args;
    if (optional !== undefined && !Array.isArray(optional)) {
        return [finding("optional", `received ${JSON.stringify(optional)}; write a list of keys`)];
    }
    const chosen = Object.keys(choices).flatMap((name) => choiceFindings(name as Choice, args[name as Choice]));
    if (chosen.length > 0) {
        return chosen;
    }
    const guarded = guardFindings(args);
    if (guarded.length > 0) {
        return guarded;
    }
    if (delivery === "user-data") {
        return connection === undefined ? [] : [finding("connection",
            'received a connection beside delivery: "user-data", which connects nowhere; leave one out')];
    }
    if (connection === undefined) {
        return [finding("connection", "received none, so no host would be tuned. Give the host's connection, or " +
            'write delivery: "user-data" to get only the user data')];
    }
    if (!isLate(connection) && connection.host === undefined) {
        return [finding("connection.host", "received none; write the host's name or address")];
    }
    const problem = hostKeyProblem(connection, args);
    return problem === undefined ? [] : [finding("connection.hostKey", problem)];
}

const [SHORTEST_GUARD, LONGEST_GUARD] = guardSeconds;

function guardFindings({ confirmWithinSeconds: seconds, delivery }: TcpTuningArgs): Finding[] {
    if (seconds === undefined) {
        return [];
    }
    if (delivery === "user-data") {
        return [finding("confirmWithinSeconds",
            'received one beside delivery: "user-data", where nobody connects to confirm; leave one out')];
    }
    const fits = Number.isSafeInteger(seconds) && seconds >= SHORTEST_GUARD && seconds <= LONGEST_GUARD;
    return fits ? [] : [finding("confirmWithinSeconds",
        `received ${JSON.stringify(seconds)}; write a whole number of seconds, ${SHORTEST_GUARD} to ${LONGEST_GUARD}`)];
}

export function verifyFindings(verify: VerifyArgs | false | undefined): Finding[] {
    const { maxTimeWait, settleSeconds } = verify || {};
    return Object.entries({ maxTimeWait, settleSeconds })
        .filter(([, value]) => value !== undefined && !(Number.isSafeInteger(value) && value >= 0))
        .map(([key, value]) => finding(`verify.${key}`,
            `received ${JSON.stringify(value)}; write a whole number, 0 or more`));
}

function finding(propertyPath: string, reason: string): Finding {
    return { propertyPath, reason: `error ${propertyPath}: ${reason}.` };
}
