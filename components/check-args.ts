import * as pulumi from "@pulumi/pulumi";
import { formatDiagnostic, type Diagnostic } from "../src/diagnostic";
import type { ParameterValue } from "../src/setting";
import { resolveSettings, type Resolution } from "../src/settings";
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

/** The settings, once every value is known. Fails with all findings when a value that came late is wrong. */
export function resolveArgs(title: string, args: TcpTuningArgs): pulumi.Output<Resolution> {
    return pulumi.output([args.parameters, args.unlisted]).apply(([parameters, unlisted]) => {
        const resolution = resolve(args, parameters as Values, unlisted as Values);
        const findings = errors(resolution).map(toFinding);
        if (findings.length > 0) {
            throw inputError(title, findings);
        }
        return resolution;
    });
}

function resolve(args: TcpTuningArgs, parameters: Values = {}, unlisted: Values = {}): Resolution {
    const { profile, optional, accept, verify } = args;
    const maxTimeWait = verify === false ? undefined : verify?.maxTimeWait;
    return resolveSettings({ profile, parameters, unlisted, optional, accept }, { maxTimeWait });
}

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

function deliveryFindings(args: TcpTuningArgs): Finding[] {
    const { connection, delivery } = args;
    if (delivery !== undefined && delivery !== "ssh" && delivery !== "user-data") {
        return [finding("delivery", `received "${delivery}"; write "ssh" or "user-data"`)];
    }
    if (delivery === "user-data") {
        return connection === undefined ? [] :
            [finding("connection", 'received a connection beside delivery: "user-data", which connects nowhere; leave one out')];
    }
    if (connection === undefined) {
        return [finding("connection", "received none, so no host would be tuned. Give the host's connection, or write " +
            'delivery: "user-data" to get only the user data')];
    }
    const problem = hostKeyProblem(connection, args);
    return problem === undefined ? [] : [finding("connection.hostKey", problem)];
}

export function verifyFindings(verify: VerifyArgs | false | undefined): Finding[] {
    const { maxTimeWait, settleSeconds } = verify || {};
    return Object.entries({ maxTimeWait, settleSeconds })
        .filter(([, value]) => value !== undefined && !(Number.isSafeInteger(value) && value >= 0))
        .map(([key, value]) => finding(`verify.${key}`, `received ${JSON.stringify(value)}; write a whole number, 0 or more`));
}

function finding(propertyPath: string, reason: string): Finding {
    return { propertyPath, reason: `error ${propertyPath}: ${reason}.` };
}
