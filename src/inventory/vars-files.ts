import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { extname, join } from "node:path";
import type { Problems } from "./problems";
import type { Entries } from "./yaml";
import { readYaml } from "./yaml";

/** Variables from files beside the inventory, for a group or a host; a weaker file first. */
export type VarsFiles = (folder: "group_vars" | "host_vars", name: string) => Entries[];

export const noVarsFiles: VarsFiles = () => [];

/** Endings in the order in which Ansible tries them; the first that exists is taken. */
const endings = ["", ".yml", ".yaml", ".json"];

/** Reads `group_vars/NAME.yml` and `host_vars/NAME.yml`, or all files in a folder NAME, each only once. */
export function varsFilesIn(root: string, problems: Problems): VarsFiles {
    const read = new Map<string, Entries[]>();
    return (folder, name) => {
        const path = endings.map((ending) => join(root, folder, name + ending)).find(existsSync);
        if (path === undefined || name.includes("/")) {
            return [];
        }
        const known = read.get(path) ?? readPath(path, problems);
        read.set(path, known);
        return known;
    };
}

function readPath(path: string, problems: Problems): Entries[] {
    if (statSync(path).isDirectory()) {
        const names = readdirSync(path)
            .filter((name) => !/^\.|~$/.test(name))
            .sort();
        return names.flatMap((name) => {
            const inside = join(path, name);
            return statSync(inside).isDirectory() || endings.includes(extname(name)) ? readPath(inside, problems) : [];
        });
    }
    return readVarsFile(path, problems);
}

function readVarsFile(file: string, problems: Problems): Entries[] {
    let text: string;
    try {
        text = readFileSync(file, "utf8");
    } catch (error) {
        problems.add({ file, line: 1 }, `The file cannot be read: ${(error as Error).message}`);
        return [];
    }
    if (text.startsWith("$ANSIBLE_VAULT;")) {
        problems.warn(
            { file, line: 1 },
            "The file is encrypted with ansible-vault, so none of its variables is used",
            "Keep what is needed here in a file of its own, in plain text",
        );
        return [];
    }
    const node = readYaml(text, file, problems);
    if (node?.kind === "mapping") {
        return [node.entries];
    }
    if (node !== undefined && !(node.kind === "scalar" && node.value === null)) {
        problems.add({ file, line: 1 }, "A file of variables must be a mapping", 'Write "name: value" on each line');
    }
    return [];
}
