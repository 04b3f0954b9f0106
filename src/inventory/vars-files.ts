import { existsSync, readdirSync, statSync } from "node:fs";
import { extname, join } from "node:path";
import type { Problems } from "./problems";
import type { Entries, YamlOptions } from "./yaml";
import { readYamlFile } from "./yaml-file";

/** Variables from files beside the inventory, for a group or a host; a weaker file first. */
export type VarsFiles = (folder: "group_vars" | "host_vars", name: string) => Entries[];

export const noVarsFiles: VarsFiles = () => [];

/** Endings in the order in which Ansible tries them; the first that exists is taken. */
const endings = ["", ".yml", ".yaml", ".json"];

/** Reads `group_vars/NAME.yml` and `host_vars/NAME.yml`, or all files in a folder NAME, each only once. */
export function varsFilesIn(root: string, problems: Problems, options?: YamlOptions): VarsFiles {
    const read = new Map<string, Entries[]>();
    return (folder, name) => {
        const path = endings.map((ending) => join(root, folder, name + ending)).find(existsSync);
        if (path === undefined || name.includes("/")) {
            return [];
        }
        const known = read.get(path) ?? readPath(path, problems, options);
        read.set(path, known);
        return known;
    };
}

function readPath(path: string, problems: Problems, options?: YamlOptions): Entries[] {
    if (statSync(path).isDirectory()) {
        const names = readdirSync(path)
            .filter((name) => !/^\.|~$/.test(name))
            .sort();
        return names.flatMap((name) => {
            const inside = join(path, name);
            return statSync(inside).isDirectory() || endings.includes(extname(name))
                ? readPath(inside, problems, options)
                : [];
        });
    }
    return readVarsFile(path, problems, options);
}

/** The variables of one file, or none where it holds none; what is wrong with it is a problem. */
export function readVarsFile(file: string, problems: Problems, options?: YamlOptions): Entries[] {
    const node = readYamlFile(file, problems, { ...options, ifEncrypted: "none of its variables is used" });
    if (node?.kind === "mapping") {
        return [node.entries];
    }
    if (node !== undefined && !(node.kind === "scalar" && node.value === null)) {
        problems.add({ file, line: 1 }, "A file of variables must be a mapping", 'Write "name: value" on each line');
    }
    return [];
}
