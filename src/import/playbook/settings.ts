import { type Location, quote } from "../../diagnostic";
import type { Entries, Node } from "../../inventory/yaml";
import { type Assignment, dottedKey, parseSysctlFile } from "../../sysctl-file";
import { about, type Findings, NotTaken, type Reason } from "./findings";
import type { Scope } from "./scope";
import { argumentsOf, isTrueText, type Task, textOf } from "./task";
import { argumentText, resolve, resolveText } from "./template";

/** What holds for all settings of a task. */
export interface Circumstances {
    readonly hosts: string;
    /** Why they are not for every one of these hosts. @default they are */
    readonly condition?: Reason;
}

const PARAMETERS = ["name", "key", "value", "val", "state", "ignoreerrors", "sysctl_file", "sysctl_set", "reload"];
const SYSCTL_CONF = "/etc/sysctl.conf";

/** One run of Ansible's `sysctl` module. @throws NotTaken */
export function readSysctl(task: Task, scope: Scope, found: Findings, circumstances: Circumstances): void {
    const given = argumentsOf(task);
    const unknown = [...given.keys()].find((name) => !PARAMETERS.includes(name) && name !== "module");
    if (unknown !== undefined) {
        throw new NotTaken(`the module sysctl has no parameter ${quote(unknown)}`, `It has ${PARAMETERS.join(", ")}`);
    }
    const { key, location } = keyOf(given, scope);
    const text = (node: Node | undefined, name: string) => about(`its ${name}`, () => argumentText(node, scope));
    try {
        const state = text(given.get("state"), "state") ?? "present";
        const writtenTo = pathOf(given.get("sysctl_file"), scope) ?? SYSCTL_CONF;
        const optional = isOn(given.get("ignoreerrors"), scope) || ignoresErrors(task, scope);
        if (state === "absent") {
            readAbsent({ key, writtenTo, location }, found, circumstances);
            return;
        }
        const value = asModuleReads(text(given.get("value") ?? given.get("val"), "value"));
        take({ key, value, optional, glob: /[*?[]/.test(key), location }, writtenTo, found, circumstances);
    } catch (error) {
        if (!(error instanceof NotTaken)) {
            throw error;
        }
        found.leaveOut(location, error, { key });
    }
}

/** A path as far as it is known: which file it is never decides whether a value counts. */
export function pathOf(node: Node | undefined, scope: Scope): string | undefined {
    try {
        return argumentText(node, scope);
    } catch (error) {
        if (error instanceof NotTaken) {
            return textOf(node);
        }
        throw error;
    }
}

function ignoresErrors({ entries }: Task, scope: Scope): boolean {
    const failedWhen = textOf(entries.get("failed_when")) ?? "";
    return isOn(entries.get("ignore_errors"), scope) || /^(?:false|no)$/i.test(failedWhen);
}

/** A switch that only Ansible could evaluate counts as off. */
function isOn(node: Node | undefined, scope: Scope): boolean {
    return isTrueText(pathOf(node, scope) ?? "");
}

/** The key and where it is written: the item of a loop rather than the task. */
function keyOf(given: Entries, scope: Scope): { key: string; location: Location } {
    const name = given.get("name") ?? given.get("key");
    if (name === undefined) {
        throw new NotTaken("the task has no name, which is the key to set", "Write name: net.core.somaxconn");
    }
    return about("its name", () => {
        const key = resolveText(name, scope).trim();
        if (!/^[^\s=#;]+$/.test(key)) {
            throw new NotTaken(`is ${quote(key)}, which is no key`);
        }
        return { key: dottedKey(key), location: resolve(name, scope).location };
    });
}

/** The module makes 1 and 0 of truth values. */
function asModuleReads(value: string | undefined): string {
    if (value === undefined) {
        throw new NotTaken("the task has no value", "Write value: 1024");
    }
    return /^(?:yes|y|on|true|t|1\.0)$/i.test(value)
        ? "1"
        : /^(?:no|n|off|false|f|0\.0)$/i.test(value)
          ? "0"
          : value.trim();
}

function readAbsent(
    { key, writtenTo, location }: { key: string; writtenTo: string; location: Location },
    found: Findings,
    { hosts, condition }: Circumstances,
): void {
    if (condition === undefined) {
        found.takeBack({ key, hosts, writtenTo }, location);
    }
    const message = `state: absent takes its line out of ${writtenTo}, and a tuning only sets values`;
    found.leaveOut(location, { message, suggestion: "Take the line out by hand, or keep the task" }, { key });
}

/** Takes an assignment over, unless it is for some of the hosts only. */
export function take(
    assignment: Assignment,
    writtenTo: string,
    found: Findings,
    { hosts, condition }: Circumstances,
): void {
    if (condition === undefined) {
        found.take({ ...assignment, hosts, writtenTo });
    } else {
        found.leaveOut(assignment.location, condition, assignment);
    }
}

/** The lines of a text that a task writes into a file of settings. @throws NotTaken */
export function takeText(node: Node, writtenTo: string, scope: Scope, found: Findings, given: Circumstances): void {
    const { location } = node;
    const first = node.kind === "scalar" || node.kind === "unusable" ? node.textLine : undefined;
    const place = (line: number) => ({
        file: location.file,
        line: first === undefined ? location.line : first + line - 1,
    });
    const text = filledIn(node, scope, (line, key, reason) => found.leaveOut(place(line), reason, { key }));
    const { assignments, diagnostics } = parseSysctlFile(text, location.file);
    for (const each of assignments) {
        take({ ...each, location: place(each.location.line) }, writtenTo, found, given);
    }
    for (const { message, suggestion, location: inside } of diagnostics) {
        found.leaveOut(place(inside?.line ?? 1), { message, suggestion });
    }
}

/** What does not end on its line, or is no expression. */
const BLOCKS = /\{%|\{#|\{\{(?:(?!\}\})[^\n])*\n/;

/** A text with its templates filled in, without the lines whose own only Ansible can evaluate. @throws NotTaken */
function filledIn(
    node: Node,
    scope: Scope,
    onLeftOut: (line: number, key: string | undefined, reason: Reason) => void,
): string {
    const template = node.kind === "unusable" ? node.template : undefined;
    if (node.kind !== "unusable" || template === undefined || BLOCKS.test(template) || !template.includes("\n")) {
        return about("its text", () => resolveText(node, scope));
    }
    const lines = template.split("\n").map((line, index) => {
        if (!line.includes("{{") || /^\s*[#;]/.test(line)) {
            return line;
        }
        try {
            return about("its line", () => resolveText({ ...node, template: line }, scope));
        } catch (error) {
            if (!(error instanceof NotTaken)) {
                throw error;
            }
            const [, key] = /^\s*-?([^\s={]+)\s*=/.exec(line) ?? [];
            onLeftOut(index + 1, key && dottedKey(key), error);
            return "";
        }
    });
    return lines.join("\n");
}

/** An argument as it is written, where it is text. */
export function written(given: Entries, ...names: string[]): string | undefined {
    return names.map((name) => textOf(given.get(name))).find((text) => text !== undefined);
}
