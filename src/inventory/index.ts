import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Diagnostic, Location } from "../diagnostic";
import { quote } from "../diagnostic";
import { suggest } from "../suggest";
import type { InventoryBecome, InventoryConnection } from "./connection";
import { readBecome, readConnection, variableNames } from "./connection";
import type { Group, Host } from "./groups";
import { GroupTree } from "./groups";
import { InventoryError, Problems } from "./problems";
import type { Fields, HostTuning } from "./tuning";
import { locationsOf, mergeTuning, readTuning } from "./tuning";
import { ValueReader } from "./values";
import type { VarsFiles } from "./vars-files";
import { noVarsFiles, varsFilesIn } from "./vars-files";
import type { Entries } from "./yaml";
import { readYaml } from "./yaml";

export type { InventoryConnection } from "./connection";
export { InventoryError } from "./problems";
export type { InventoryProxy } from "./ssh-args";
export type { HostTuning, HostVerification } from "./tuning";

/** One host to be tuned. */
export interface InventoryHost extends InventoryBecome {
    readonly name: string;
    /** Without `all`, from the weakest to the strongest. */
    readonly groups: readonly string[];
    readonly connection: InventoryConnection;
    readonly tuning: HostTuning;
    /** Where the host stands. */
    readonly location: Location;
    /** Where keys, accepted rule ids and fields of `tcp_tuning` were written last: see `locate`. */
    readonly locations: ReadonlyMap<string, Location>;
}

export interface Inventory {
    readonly hosts: readonly InventoryHost[];
    /** Hosts that are left alone: no `tcp_tuning` reaches them, or it is `false`. */
    readonly untuned: readonly string[];
    readonly warnings: readonly Diagnostic[];
}

/** Where a parameter of a host, a rule id it accepts or a field of its `tcp_tuning` (`profile`) was written. */
export function locate(host: InventoryHost, key: string): Location | undefined {
    return host.locations.get(key);
}

/** An inventory as far as it can be read; what is wrong with it is left out. */
export interface Reading extends Inventory {
    readonly errors: readonly Diagnostic[];
}

/**
 * Reads an inventory in Ansible's YAML format, with `group_vars` and `host_vars` beside it.
 *
 * @throws InventoryError with everything that is wrong, each with file and line
 */
export function loadInventory(file: string): Inventory {
    return flawless(readInventory(file));
}

/**
 * The same with its mistakes, for who has more to find.
 *
 * @param origin Where a relative path starts, for the message about a file that is not there.
 * @throws InventoryError when the file itself cannot be read, or nothing can be made of it
 */
export function readInventory(file: string, origin = "the folder of Pulumi.yaml"): Reading {
    const problems = new Problems();
    return build(readInventoryFile(file, origin), file, varsFilesIn(dirname(file), problems), problems);
}

/**
 * Reads the text of an inventory alone.
 *
 * @param file For locations, and for paths inside, which are relative to it.
 * @throws InventoryError with everything that is wrong, each with file and line
 */
export function parseInventory(text: string, file: string): Inventory {
    return flawless(build(text, file, noVarsFiles, new Problems()));
}

function flawless({ errors, ...inventory }: Reading): Inventory {
    if (errors.length > 0) {
        throw new InventoryError(errors);
    }
    return inventory;
}

function readInventoryFile(file: string, origin: string): string {
    try {
        return readFileSync(file, "utf8");
    } catch (error) {
        const { code, message } = error as NodeJS.ErrnoException;
        const reasons: Record<string, string> = {
            ENOENT: "it does not exist",
            EISDIR: "it is a folder",
            EACCES: "its permissions forbid it",
        };
        throw new InventoryError([
            {
                id: "INVENTORY",
                severity: "error",
                message: `The inventory ${quote(file)} cannot be read: ${reasons[code ?? ""] ?? message}`,
                suggestion: `Name a YAML inventory file; a relative path starts at ${origin}`,
            },
        ]);
    }
}

function build(text: string, file: string, varsFiles: VarsFiles, problems: Problems): Reading {
    const root = isIni(text) ? refuseIni(file, problems) : readYaml(text, file, problems);
    if (root === undefined) {
        problems.throwErrors();
        throw new Error("a file that cannot be parsed has at least one error");
    }
    const tree = new GroupTree(root, problems);
    const read = new ValueReader(problems);
    const tuned = [...tree.hosts.values()].map((host) => readHost(host, tree.groupsOf(host), file, varsFiles, read));
    const hosts = tuned.filter((host) => typeof host !== "string");
    if (hosts.length === 0 && problems.errors.length === 0) {
        problems.add(
            { file, line: 1 },
            tuned.length === 0
                ? "The inventory has no hosts"
                : `The inventory tunes no host: none of its ${tuned.length} has tcp_tuning, or it is false for all`,
            'Put hosts under "all: hosts:", and "tcp_tuning: {profile: high-traffic}" under "all: vars:"',
        );
    }
    const { warnings, errors } = problems;
    return { hosts, untuned: tuned.filter((host) => typeof host === "string"), warnings, errors };
}

/** Whether it begins with a section, as inventories in the older format do. */
function isIni(text: string): boolean {
    return /^(\s*(#.*)?\n)*\s*\[[^\],]+\]\s*$/m.test(text.slice(0, 4096));
}

function refuseIni(file: string, problems: Problems): undefined {
    problems.add(
        { file, line: 1 },
        "This is an inventory in INI format; only YAML is read here",
        `Convert it: ansible-inventory -i ${file} --list --yaml --output inventory.yaml`,
    );
}

/** The host, or its name alone when it is not tuned. */
function readHost(
    host: Host,
    groups: readonly Group[],
    file: string,
    varsFiles: VarsFiles,
    read: ValueReader,
): InventoryHost | string {
    refuseSectionName(host, read.problems);
    const levels = levelsOf(host, groups, varsFiles);
    levels.forEach((vars) => warnOfNearMisses(vars, read.problems));
    const tunings = levels.flatMap((vars) => vars.get("tcp_tuning") ?? []);
    const merged = mergeTuning(tunings, read);
    if (merged === undefined) {
        return host.name;
    }
    if (tunings.at(-1)?.kind === "mapping") {
        refuseEmpty(host, merged, read.problems);
    }
    const vars = new Map(levels.flatMap((level) => [...level]));
    return {
        name: host.name,
        groups: groups.map((group) => group.name).filter((name) => name !== "all"),
        connection: readConnection(host, vars, merged, file, read),
        ...readBecome(vars, read),
        tuning: readTuning(merged, read),
        location: host.location,
        locations: locationsOf(merged),
    };
}

/**
 * The variables of a host, the weakest level first, in Ansible's order: the groups in the inventory,
 * `group_vars/all`, the other files in `group_vars`, the host in the inventory, its file in `host_vars`.
 */
function levelsOf(host: Host, groups: readonly Group[], varsFiles: VarsFiles): Entries[] {
    return [
        ...groups.flatMap((group) => group.vars),
        ...groups.flatMap((group) => varsFiles("group_vars", group.name)),
        ...host.vars,
        ...varsFiles("host_vars", host.name),
    ];
}

/** A section that is indented too far becomes a host. */
function refuseSectionName({ name, location }: Host, problems: Problems): void {
    if (["all", "hosts", "children", "vars", "tcp_tuning"].includes(name)) {
        problems.add(
            location,
            `${quote(name)} stands where a host is expected`,
            `Put ${name}: at the indentation of hosts:, or give the host another name`,
        );
    }
}

/** Other variables are Ansible's own business; one that is nearly ours would be missed in silence. */
function warnOfNearMisses(vars: Entries, problems: Problems): void {
    const ours = ["tcp_tuning", ...variableNames];
    for (const [name, { location }] of vars) {
        const [meant] = ours.includes(name) ? [] : suggest(name.replaceAll("-", "_"), ours);
        if (meant !== undefined) {
            problems.warn(location, `The variable ${quote(name)} is not used`, `Did you mean ${meant}?`);
        }
    }
}

function refuseEmpty(host: Host, merged: Fields, problems: Problems): void {
    if (!merged.has("profile") && !merged.has("parameters") && !merged.has("unlisted")) {
        problems.add(
            host.location,
            `The host ${quote(host.name)} has tcp_tuning, but neither a profile nor parameters`,
            "Write profile: high-traffic, or tcp_tuning: false to leave the host out",
        );
    }
}
