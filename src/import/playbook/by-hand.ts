import { readFileSync } from "node:fs";
import { quote } from "../../diagnostic";
import type { Node } from "../../inventory/yaml";
import { sysctlLines } from "../../sysctl-lines";
import type { Context } from "./context";
import { type Folders, findFile } from "./files";
import { type Findings, NotTaken } from "./findings";
import { type FileModule, fileModules, shells } from "./hand-modules";
import { scopesOf } from "./loop";
import type { Scope } from "./scope";
import { pathOf, takeText, written } from "./settings";
import { argumentsOf, isTrue, listOf, type Task, textOf } from "./task";

/** Where systemd-sysctl and `sysctl -p` look. */
const SETTINGS_FILE = /(?:^|\/)sysctl\.(?:d(?:\/|$)|conf\b)/;

/** A task that sets sysctls without the module for it: lines that stand in it are taken. @throws NotTaken */
export function readByHand(task: Task, found: Findings, context: Context): void {
    if (task.module === "modprobe") {
        readModprobe(task, found, context);
    } else if (shells.includes(task.module)) {
        readShell(task, context);
    } else {
        readWriter(task, fileModules[task.module]!, found, context);
    }
}

function readWriter(task: Task, { to, text: name, states }: FileModule, found: Findings, context: Context): void {
    const given = argumentsOf(task);
    const { scope } = context;
    const state = pathOf(given.get("state"), scope);
    const file = pathOf(
        to.map((each) => given.get(each)).find((each) => each !== undefined),
        scope,
    );
    const source = pathOf(given.get("src") ?? given.get("url"), scope);
    if (file === undefined || !holdsSettings(file, source) || (states && !states.includes(state ?? ""))) {
        return;
    }
    if (state === "absent") {
        return readAbsence(task, file, found, context);
    }
    const text = given.get(name ?? "");
    if (text !== undefined && !isTrue(given.get("backrefs"))) {
        return takeText(text, file, scope, found, context);
    }
    const of = source === undefined ? "" : ` of ${source}`;
    throw new NotTaken(
        `it writes sysctls by hand: ${task.module}${of} to ${file}`,
        advice(source, file, task, context.folders),
    );
}

/** Where only Ansible knows which file it is, names have to tell; in /etc, the name of what is put there. */
function holdsSettings(file: string, source = ""): boolean {
    return file.includes("{{")
        ? /sysctl/.test(file) || SETTINGS_FILE.test(source)
        : SETTINGS_FILE.test(file) || (/^\/etc\/?$/.test(file) && SETTINGS_FILE.test(source));
}

/** A file that is gone takes what was written there with it. */
function readAbsence({ module, location }: Task, file: string, found: Findings, context: Context): never {
    if (module === "file" && context.condition === undefined) {
        found.takeBack({ hosts: context.hosts, writtenTo: file }, location);
    }
    throw new NotTaken(
        `it takes ${module === "file" ? `${file} away` : `lines out of ${file}`} (${module}, state: absent), ` +
            "and a tuning only sets values",
        "Take them out by hand, or keep the task",
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
function readShell(task: Task, { folders }: Context): void {
    const command = shellText(task);
    const script = task.module === "script" ? scriptOf(command, task, folders) : undefined;
    const text = script ?? command;
    const found = sysctlLines(text.replace(TEMPLATE, "*"));
    if (found.length === 0) {
        return tellUnread(text, task.module === "script" && script === undefined, task);
    }
    const keys = found.flatMap(({ key = "" }) => (/\w/.test(key) ? [key] : []));
    throw new NotTaken(`it sets ${[...new Set(keys)].join(", ") || "sysctls"} by hand (${task.module})`, IN_INVENTORY);
}

/** A call of `sysctl -p` or `--load` with the file that it names. */
const LOADS = /(?:^|[\s/])sysctl\s+(?:-\S+\s+)*?(?:-\w*p|--load)[=\s]*["']?([^\s"'|;&-][^\s"'|;&]*)/;

/** Files of settings have their own tasks; what stands in others is not known. */
function tellUnread(text: string, isScript: boolean, { module }: Task): void {
    const loaded = LOADS.exec(text)?.[1];
    if (loaded !== undefined && !SETTINGS_FILE.test(loaded)) {
        throw new NotTaken(
            `it sets what stands in ${loaded} (${module}: sysctl -p), and that file is not read`,
            "Import the file itself: tcp-tuning import FILE",
        );
    }
    if (isScript && /sysctl/.test(text)) {
        throw new NotTaken(`it runs the script ${quote(text)}, which is not there to be read`, IN_INVENTORY);
    }
}

const IN_INVENTORY = "Put what it sets into the inventory";

/** The text of a script that stands beside the playbook or in the role. */
function scriptOf(command: string, { location }: Task, folders: Folders): string | undefined {
    const path = findFile(command.trim().split(/\s/)[0]!, "files", location.file, folders);
    return path === undefined ? undefined : readFileSync(path, "utf8");
}

/** Told at the end, where keys need the module. */
function readModprobe(task: Task, found: Findings, { scope }: Context): void {
    const given = argumentsOf(task);
    const module = pathOf(given.get("name"), scope);
    if (module !== undefined && (pathOf(given.get("state"), scope) ?? "present") === "present") {
        found.loadsModule(module, task.location);
    }
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
    try {
        return scopesOf(task.entries, scope);
    } catch (error) {
        if (error instanceof NotTaken) {
            return mentionsSysctl(task) ? [scope] : [];
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
