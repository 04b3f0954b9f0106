import * as pulumi from "@pulumi/pulumi";
import { type Diagnostic, formatDiagnostic } from "../src/diagnostic";
import { HANDLED_BY_AGENT, type Target } from "../src/rules";
import type { ParameterValue } from "../src/setting";
import { type Resolution, resolveSettings, type Tuning } from "../src/settings";
import {
    argumentFindings,
    type Finding,
    finding,
    hopFindings,
    isRecord,
    kindOf,
    passwordFindings,
} from "./argument-findings";
import { type ConnectionArgs, isLate } from "./connection";
import type { TcpTuningArgs } from "./tcp-tuning-args";

type Values = Record<string, ParameterValue>;

/**
 * Checks what is known already; all findings come together.
 *
 * @param others What is wrong beside the tuning.
 * @param effect What did not happen.
 * @throws InputPropertiesError
 */
export function checkArgs(title: string, args: TcpTuningArgs, others: readonly Finding[] = [], effect?: string): void {
    const findings = isRecord(args)
        ? [...others, ...tuningFindings(args)]
        : [
              finding(
                  "args",
                  `received ${kindOf(args)} for all arguments; write { profile: "high-traffic", connection }`,
              ),
          ];
    if (findings.length > 0) {
        throw inputError(title, findings, effect);
    }
}

/** What is wrong with a tuning, as far as it is known already. */
export function tuningFindings(args: TcpTuningArgs): Finding[] {
    const wrong = argumentFindings(args);
    return [...wrong, ...valueFindings(args, wrong)];
}

/** What the rules say of the values, without the arguments that are wrong already. */
function valueFindings(args: TcpTuningArgs, wrong: readonly Finding[]): Finding[] {
    const without = new Set(wrong.map(({ propertyPath }) => propertyPath.split(".")[0]));
    const usable = Object.fromEntries(Object.entries(args).filter(([name]) => !without.has(name))) as TcpTuningArgs;
    if (hasLateValues(usable.parameters) || hasLateValues(usable.unlisted)) {
        return [];
    }
    const incomplete = without.has("parameters") || without.has("unlisted");
    return errors(resolve(usable, usable.parameters as Values, usable.unlisted as Values))
        .filter(({ id }) => !(incomplete && ["SET-EMPTY", "OPTIONAL-UNSET"].includes(id)))
        .map(toFinding);
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

/**
 * Tells what is wrong with a connection's values that came late, such as a secret of the configuration, without rejecting:
 * see {@link resolveArgs}. Those that were known at once have been checked.
 *
 * @param path What stands before their names.
 */
export function tellLateMistakes(
    connection: pulumi.Input<ConnectionArgs>,
    resource: pulumi.Resource,
    path?: string,
): void {
    pulumi.output(connection).apply((known) => {
        const findings = hopFindings(known, path);
        if (findings.length > 0) {
            const { message } = inputError("The connection", findings, "nobody can log in by it");
            void pulumi.log.error(message, resource);
        }
    });
}

/** The same for the password that sudo asks for. @param name What it is called. */
export function tellLatePassword(
    password: pulumi.Input<string> | undefined,
    resource: pulumi.Resource,
    name = "becomePassword",
): void {
    pulumi.output(password).apply((known) => {
        const findings = known === undefined ? [] : passwordFindings(known, name);
        if (findings.length > 0) {
            void pulumi.log.error(
                inputError("The password", findings, "nobody can become root by it").message,
                resource,
            );
        }
    });
}

function resolve(args: TcpTuningArgs, parameters: Values = {}, unlisted: Values = {}): Outcome {
    const { profile, optional, accept, verify } = args;
    const maxTimeWait = verify === false ? undefined : verify?.maxTimeWait;
    const [tuning, target] = [{ profile, parameters, unlisted, optional, accept }, { maxTimeWait }];
    const resolution = resolveSettings(tuning, target);
    return {
        ...resolution,
        tuning,
        target,
        diagnostics: resolution.diagnostics.filter(({ id }) => id !== HANDLED_BY_AGENT),
    };
}

function errors({ diagnostics }: Resolution): readonly Diagnostic[] {
    return diagnostics.filter(({ severity }) => severity === "error");
}

function toFinding(diagnostic: Diagnostic): Finding {
    const { id, key } = diagnostic;
    const property = id.startsWith("ACCEPT-") ? "accept" : id.startsWith("PROFILE-") ? "profile" : "parameters";
    return { propertyPath: key ? `parameters["${key}"]` : property, reason: formatDiagnostic(diagnostic) };
}

/**
 * Pulumi prints an error's stack, or else its message: here the message says where.
 *
 * @param effect What did not happen; other resources of the program may have been applied before.
 */
export function inputError(
    title: string,
    findings: readonly Finding[],
    effect = "its host was not touched",
): pulumi.InputPropertiesError {
    const reasons = findings.map(({ reason }) => `  ${reason}`).join("\n");
    const message = `${title}: ${count(findings.length)}, and ${effect}.\n${reasons}`;
    const error = new pulumi.InputPropertiesError({ message, errors: [...findings] });
    error.stack = "";
    return error;
}

function count(findings: number): string {
    return findings === 1 ? "1 error" : `${findings} errors`;
}

function hasLateValues(values: object | undefined): boolean {
    return isLate(values) || Object.values(values ?? {}).some(isLate);
}
