import type { Node } from "../../inventory/yaml";
import { sysctlLines } from "../../sysctl-lines";
import { type Folders, findFile } from "./files";
import { type Findings, NotTaken } from "./findings";
import { scopesOf } from "./loop";
import type { Scope } from "./scope";
import { type Circumstances, pathOf, takeText, written } from "./settings";
import { argumentsOf, isTrue, listOf, type Task, textOf } from "./task";

/** Modules that write files, with the argument that holds the text itself. */
const writers: Readonly<Record<string, string | undefined>> = {
    copy: "content",
    blockinfile: "block",
    lineinfile: "line",
    template: undefined,
    replace: undefined,
    get_url: undefined,
    assemble: undefined,
};
const shells = ["shell", "command", "raw"];

export const handModules: readonly string[] = [...Object.keys(writers), ...shells];

const SETTINGS_FILE = /(?:^|\/)sysctl\.(?:d(?:\/|$)|conf\b)/;

/** A task that writes sysctls without the module for it: lines that stand in it are taken. @throws NotTaken */
export function readByHand(
    task: Task,
    scope: Scope,
    found: Findings,
    circumstances: Circumstances,
    folders: Folders,
): void {
    if (shells.includes(task.module)) {
        return readShell(task);
    }
    const given = argumentsOf(task);
    const file = pathOf(given.get("dest") ?? given.get("path") ?? given.get("destfile"), scope);
    if (file === undefined || !SETTINGS_FILE.test(file)) {
        return;
    }
    if (written(given, "state") === "absent") {
        throw new NotTaken(
            `it takes lines out of ${file} (${task.module}, state: absent), and a tuning only sets values`,
            "Take them out by hand, or keep the task",
        );
    }
    const text = given.get(writers[task.module] ?? "");
    if (text !== undefined && !isTrue(given.get("backrefs"))) {
        return takeText(text, file, scope, found, circumstances);
    }
    const source = written(given, "src");
    const of = source === undefined ? "" : ` of ${source}`;
    throw new NotTaken(
        `it writes sysctls by hand: ${task.module}${of} to ${file}`,
        advice(source, file, task, folders),
    );
}

function advice(source: string | undefined, file: string, { module, location }: Task, folders: Folders): string {
    const path =
        source === undefined || module !== "copy" ? undefined : findFile(source, "files", location.file, folders);
    return path === undefined
        ? `Import the file itself from a host that has it: tcp-tuning import ${file.split("/").at(-1) || "FILE"}`
        : `Import that file itself: tcp-tuning import ${path}`;
}

const TEMPLATE = /\{\{[\s\S]*?\}\}/g;

/** Tells the keys only: a secret may stand beside them. */
function readShell(task: Task): void {
    const found = sysctlLines(shellText(task).replace(TEMPLATE, "*"));
    if (found.length === 0) {
        return;
    }
    const keys = found.flatMap(({ key = "" }) => (/\w/.test(key) ? [key] : []));
    throw new NotTaken(
        `it sets ${[...new Set(keys)].join(", ") || "sysctls"} by hand (${task.module})`,
        "Put what it sets into the inventory",
    );
}

function shellText({ given, entries, ...task }: Task): string {
    const whole = textOf(given);
    if (whole !== undefined) {
        return whole;
    }
    const options = argumentsOf({ given, entries, ...task });
    return written(options, "cmd", "_raw_params") ?? listOf(options.get("argv")).map(textOf).join(" ");
}

/** One for each item of a loop that is known, or just the one; none where the task is about something else. */
export function scopesByHand(task: Task, scope: Scope): readonly Scope[] {
    if (!mentionsSysctl(task)) {
        return [];
    }
    try {
        return scopesOf(task.entries, scope);
    } catch (error) {
        if (error instanceof NotTaken) {
            return [scope];
        }
        throw error;
    }
}

function mentionsSysctl({ given, entries }: Task): boolean {
    const texts = (node: Node | undefined): readonly string[] =>
        node?.kind === "mapping"
            ? [...node.entries.values()].flatMap(texts)
            : node?.kind === "sequence"
              ? node.items.flatMap(texts)
              : [textOf(node) ?? ""];
    return [given, ...["args", "loop", "with_items", "with_dict"].map((name) => entries.get(name))]
        .flatMap(texts)
        .some((text) => /sysctl|\/proc\/sys\//.test(text));
}
