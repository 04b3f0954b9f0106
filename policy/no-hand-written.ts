import type { ResourceValidation, ResourceValidationPolicy } from "@pulumi/policy";
import { parameterOf } from "../src/catalogue";
import { type SysctlLine, sysctlLines } from "../src/sysctl-lines";
import { isOwnCommand, withoutRequests } from "./own";
import { documentTexts, type Text, userDataTexts } from "./texts";

const script = (text: string): readonly Text[] => [{ part: "", text }];
const COMMAND = { create: script, update: script, delete: script, stdin: script };

/** What of which resource something executes, and how it is read. */
const executed: Readonly<Record<string, Readonly<Record<string, (text: string) => readonly Text[]>>>> = {
    "command:local:Command": COMMAND,
    "command:remote:Command": COMMAND,
    "aws:ec2/instance:Instance": { userData: userDataTexts, userDataBase64: userDataTexts },
    "aws:ec2/launchTemplate:LaunchTemplate": { userData: userDataTexts },
    "aws:ssm/document:Document": { content: documentTexts },
};

const validate: ResourceValidation = ({ type, props }, report) => {
    const readers = Object.hasOwn(executed, type) ? executed[type]! : {};
    const inputs = Object.entries(readers).map(([property, textsOf]) => ({
        property,
        textsOf,
        ...known(() => props[property]),
    }));
    const isOwn =
        type.startsWith("command:") &&
        isOwnCommand({
            ...Object.fromEntries(inputs.map(({ property, value }) => [property, value])),
            interpreter: known(() => props["interpreter"]).value,
        });
    const read = inputs.filter(({ property }) => !(isOwn && property === "stdin"));
    for (const { property, textsOf, value } of read) {
        for (const { part, text } of typeof value === "string" ? textsOf(value) : []) {
            handWritten(text).forEach((found) => report(describe([property, part].filter(Boolean).join(", "), found)));
        }
    }
    // What is known was judged; of the rest the engine makes an advisory message.
    const unread = read.find(({ error }) => error !== undefined);
    if (unread !== undefined) {
        throw unread.error;
    }
};

/** What a `TcpTuning` could set: of the network, one of the few other keys in the catalogue, or a whole file. */
function handWritten(text: string): readonly SysctlLine[] {
    return sysctlLines(withoutRequests(text.split(/\r?\n/)).join("\n")).filter(({ key, by }) =>
        key === undefined ? by.startsWith("/etc/") : key.startsWith("net.") || parameterOf(key) !== undefined,
    );
}

/** What reading an input gives, or throws where the value is not known yet. */
function known(read: () => unknown): { readonly value?: unknown; readonly error?: unknown } {
    try {
        return { value: read() };
    } catch (error) {
        return { error };
    }
}

function describe(where: string, { line, key, by }: SysctlLine): string {
    const how = by === "sysctl" ? "set by sysctl" : by === "/proc/sys" ? "written to /proc/sys" : `written to ${by}`;
    return (
        `${where}, line ${line}: ${key ?? "a file of settings"} is ${how}, where nothing checks it, reads it back or gives ` +
        `it back. Take it out, and ${key === undefined ? "set its keys" : "set it"} by a TcpTuning for this host.`
    );
}

/**
 * No command, user data or SSM document sets sysctls by itself. Mandatory. Texts are read line by line, and never shown: they
 * may hold secrets.
 */
export const noHandWritten: ResourceValidationPolicy = {
    name: "tcp-tuning-no-hand-written",
    description: "Commands, user data and SSM documents set no sysctls beside TcpTuning.",
    enforcementLevel: "mandatory",
    validateResource: validate,
};
