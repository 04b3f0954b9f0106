import type * as pulumi from "@pulumi/pulumi";
import { guardSeconds } from "../src/agent/request";
import { allowedWords, verifyLimits } from "../src/allowed";
import { endSentence, written } from "../src/diagnostic";
import { hostProblem } from "../src/host-address";
import { passwordProblem } from "../src/password";
import { isEncrypted, type PassphraseMistake, passphraseMistake, privateKeyProblem } from "../src/private-key";
import { suggest } from "../src/suggest";
import { hostKeyProblem, isLate } from "./connection";
import type { TcpTuningArgs, VerifyArgs } from "./tcp-tuning-args";

export type Finding = pulumi.InputPropertyErrorDetails;

/** What is wrong with the arguments of a tuning, apart from their values. JavaScript and `any` pass the compiler by. */
export function argumentFindings(args: TcpTuningArgs): Finding[] {
    return [
        ...choiceNames.flatMap((name) => choiceFindings(name, args[name])),
        ...flags.flatMap((name) => flagFindings(name, args[name])),
        ...recordNames.flatMap((name) => recordFindings(name, args[name])),
        ...optionalFindings(args.optional),
        ...knownHostsFindings(args.knownHosts),
        ...guardFindings(args),
        ...becomeFindings(args),
        ...connectionFindings(args),
        ...verifyFindings(args.verify),
    ];
}

/** What is wrong with the limits of a verification; `path` stands before their names. */
export function verifyFindings(verify: VerifyArgs | boolean | null | undefined, path = "verify."): Finding[] {
    if (verify == null || typeof verify === "boolean") {
        return [];
    }
    return isRecord(verify)
        ? Object.entries(verify).flatMap(([name, value]) => limitFindings(name, value, path))
        : [finding("verify", `${received(verify)}; write { maxTimeWait: 4000, settleSeconds: 90 }, or false`)];
}

/** Arguments that are one of a few words. */
const choices = {
    ...allowedWords,
    delivery: ["ssh", "user-data"],
    onFailure: ["report", "poweroff"],
} as const satisfies { readonly [Name in keyof TcpTuningArgs]?: readonly TcpTuningArgs[Name][] };
const choiceNames = Object.keys(choices) as (keyof typeof choices)[];

function choiceFindings(name: keyof typeof choices, value: unknown): Finding[] {
    const words: readonly unknown[] = choices[name];
    return value === undefined || words.includes(value)
        ? []
        : [finding(name, `${received(value)}; write ${words.map(written).join(" or ")}`)];
}

const flags = ["observe", "become", "insecureIgnoreHostKey"] as const satisfies readonly (keyof TcpTuningArgs)[];

function flagFindings(path: string, value: unknown): Finding[] {
    return value == null || typeof value === "boolean"
        ? []
        : [finding(path, `${received(value)}; write true or false, without quotes`)];
}

/** Arguments that are something by name, each with an example. */
const records = {
    parameters: '{ "net.core.somaxconn": 16384 }',
    unlisted: '{ "net.ipv4.icmp_ratelimit": 1000 }',
    accept: '{ "SOMAX-APP": "nginx listens with backlog=16384" }',
} as const;
const recordNames = Object.keys(records) as (keyof typeof records)[];

function recordFindings(name: keyof typeof records, value: unknown): Finding[] {
    const mayBeLate = name !== "accept" && isLate(value);
    return value == null || isRecord(value) || mayBeLate
        ? []
        : [finding(name, `${received(value)}; write an object, such as ${records[name]}`)];
}

function optionalFindings(optional: unknown): Finding[] {
    return optional == null || isTexts(optional)
        ? []
        : [finding("optional", `${received(optional)}; write a list of keys, such as ["net.ipv4.tcp_migrate_req"]`)];
}

function knownHostsFindings(knownHosts: unknown): Finding[] {
    return knownHosts == null || typeof knownHosts === "string" || isTexts(knownHosts)
        ? []
        : [
              finding(
                  "knownHosts",
                  `${received(knownHosts)}; write a file, such as "~/.ssh/known_hosts", or a list of them`,
              ),
          ];
}

export function isTexts(value: unknown): value is string[] {
    return Array.isArray(value) && value.every((text) => typeof text === "string");
}

const [SHORTEST_GUARD, LONGEST_GUARD] = guardSeconds;

function guardFindings({ confirmWithinSeconds: seconds, delivery }: TcpTuningArgs): Finding[] {
    if (seconds === undefined) {
        return [];
    }
    if (delivery === "user-data") {
        return [
            finding(
                "confirmWithinSeconds",
                'received one beside delivery: "user-data", where nobody connects to confirm; leave one out',
            ),
        ];
    }
    const fits = Number.isSafeInteger(seconds) && seconds >= SHORTEST_GUARD && seconds <= LONGEST_GUARD;
    return fits
        ? []
        : [
              finding(
                  "confirmWithinSeconds",
                  `${received(seconds)}; write a whole number of seconds, ${SHORTEST_GUARD} to ${LONGEST_GUARD}`,
              ),
          ];
}

/** What is wrong with the password for sudo, which is never shown; `path` stands before its name. */
export function becomeFindings(
    { become, becomePassword }: Pick<TcpTuningArgs, "become" | "becomePassword">,
    path = "",
): Finding[] {
    if (becomePassword == null) {
        return [];
    }
    const name = `${path}becomePassword`;
    return become === true
        ? passwordFindings(becomePassword, name)
        : [finding(name, "received one without become: true, so nobody would ask for it; write that, or leave it out")];
}

/** Of one that is known already. */
export function passwordFindings(password: unknown, name: string): Finding[] {
    const problem = isLate(password) ? undefined : passwordProblem(password);
    return problem === undefined ? [] : [finding(name, problem)];
}

function connectionFindings(args: TcpTuningArgs): Finding[] {
    const { connection, delivery = "ssh" } = args;
    if (delivery === "user-data") {
        return connection === undefined
            ? []
            : [
                  finding(
                      "connection",
                      'received a connection beside delivery: "user-data", which connects nowhere; leave one out',
                  ),
              ];
    }
    if (connection == null) {
        return delivery !== "ssh"
            ? []
            : [
                  finding(
                      "connection",
                      "received none, so no host would be tuned. Give the " +
                          'host\'s connection, or write delivery: "user-data" to get only the user data',
                  ),
              ];
    }
    if (isLate(connection)) {
        return [];
    }
    const wrong = hopFindings(connection);
    const problem =
        wrong.length > 0 || knownHostsFindings(args.knownHosts).length > 0
            ? undefined
            : hostKeyProblem(connection, args);
    return problem === undefined ? wrong : [finding("connection.hostKey", problem)];
}

/** Of the host and of the bastion before it. What else is in a connection may be secret, and is not shown. */
export function hopFindings(connection: object, path = "connection"): Finding[] {
    if (!isRecord(connection)) {
        return [
            finding(
                path,
                `received ${Array.isArray(connection) ? "an array" : `a ${typeof connection}`}; ` +
                    'write an object, such as { host: "192.0.2.10", user: "deploy" }',
            ),
        ];
    }
    const { proxy } = connection;
    return [...oneHopFindings(connection, path), ...(isRecord(proxy) ? oneHopFindings(proxy, `${path}.proxy`) : [])];
}

function oneHopFindings(
    { host, privateKey, privateKeyPassword }: Readonly<Record<string, unknown>>,
    path: string,
): Finding[] {
    const wrongKey = privateKey == null || isLate(privateKey) ? undefined : keyProblem(privateKey);
    const problems = [
        ["host", isLate(host) ? undefined : addressProblem(host)],
        ["privateKey", wrongKey],
        ["privateKeyPassword", wrongKey === undefined ? passphraseProblem(privateKey, privateKeyPassword) : undefined],
    ] as const;
    return problems.flatMap(([name, problem]) => (problem === undefined ? [] : [finding(`${path}.${name}`, problem)]));
}

function addressProblem(host: unknown): string | undefined {
    return typeof host === "string" && host.trim() !== ""
        ? hostProblem(host)
        : `${received(host)}; write the host's name or address`;
}

function keyProblem(key: unknown): string | undefined {
    return typeof key === "string"
        ? privateKeyProblem(key)
        : `received a ${Buffer.isBuffer(key) ? "Buffer" : typeof key}; give the key as text, as readFileSync(FILE, "utf8") does`;
}

const passphraseProblems: Readonly<Record<PassphraseMistake, string>> = {
    missing:
        "received none, and the private key is encrypted; give its passphrase, or leave privateKey out and give the key to " +
        "the SSH agent: ssh-add FILE",
    wrong: "received one that does not open the private key; give the passphrase of this key",
};

function passphraseProblem(key: unknown, passphrase: unknown): string | undefined {
    if (typeof key !== "string" || isLate(passphrase)) {
        return undefined;
    }
    if (passphrase != null && typeof passphrase !== "string") {
        return `received a ${typeof passphrase}; give the passphrase as text`;
    }
    if (passphrase != null && !isEncrypted(key)) {
        return "received one, and the private key is not encrypted, which the SSH client takes for a mistake; leave it out";
    }
    const mistake = passphraseMistake(key, passphrase ?? undefined);
    return mistake && passphraseProblems[mistake];
}

const limitNames = [...Object.keys(verifyLimits), "states"];

function limitFindings(name: string, value: unknown, path: string): Finding[] {
    if (name === "states") {
        return flagFindings(path + name, value);
    }
    if (!Object.hasOwn(verifyLimits, name)) {
        const [meant] = suggest(name.replaceAll("_", ""), limitNames);
        const advice = meant === undefined ? `write one of ${limitNames.join(", ")}` : `did you mean ${meant}?`;
        return [finding(path + name, `${received(value)}, and there is no such argument; ${advice}`)];
    }
    const [from, to] = verifyLimits[name as keyof typeof verifyLimits];
    return value === undefined || (Number.isSafeInteger(value) && Number(value) >= from && Number(value) <= to)
        ? []
        : [finding(path + name, `${received(value)}; write a whole number, ${from} to ${to}`)];
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
    return typeof value === "object" && value !== null && !Array.isArray(value) && !isLate(value);
}

/** Never the value: a credential may be in it. */
export function kindOf(value: unknown): string {
    return value === null
        ? "null"
        : Array.isArray(value)
          ? "an array"
          : value === undefined
            ? "nothing"
            : `a ${typeof value}`;
}

/** Longer values are cut, as in other messages. */
const LONGEST = 120;

export function received(value: unknown): string {
    const text = isLate(value) ? "an Output, which is known too late" : value === undefined ? "none" : written(value);
    return `received ${text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text}`;
}

export function finding(propertyPath: string, reason: string): Finding {
    return { propertyPath, reason: `error ${propertyPath}: ${endSentence(reason)}` };
}
