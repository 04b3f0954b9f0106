import { existsSync, statSync } from "node:fs";
import { basename, dirname, join, normalize } from "node:path";

/** Where a role stands, or a play without one. */
export interface Folders {
    readonly playbook: string;
    readonly role?: string;
}

export function isFile(path: string): boolean {
    return existsSync(path) && statSync(path).isFile();
}

export function isFolder(path: string): boolean {
    return existsSync(path) && statSync(path).isDirectory();
}

/** `main` as `main.yml` or `main.yaml`, or a name that has its ending. */
export function yamlFile(path: string): string | undefined {
    return [path, `${path}.yml`, `${path}.yaml`].map(normalize).find(isFile);
}

/** A file that a task names, where Ansible looks for it: in the role, beside the task's own file, beside the playbook. */
export function findFile(
    name: string,
    kind: "tasks" | "vars" | "files",
    from: string,
    folders: Folders,
): string | undefined {
    const { role, playbook } = folders;
    const candidates = [role && join(role, kind), role, dirname(from), join(playbook, kind), playbook];
    return candidates
        .filter((folder) => folder !== undefined)
        .map((folder) => yamlFile(name.startsWith("/") ? name : join(folder, name)))
        .find((path) => path !== undefined);
}

/** The folder of a role: beside the playbook, one folder up, or beside the role that asks for it. */
export function findRole(name: string, { playbook, role }: Folders): string | undefined {
    const roots = [join(playbook, "roles"), playbook, join(playbook, "..", "roles"), ...(role ? [dirname(role)] : [])];
    return roots.map((root) => join(root, name)).find(isRole);
}

export function isRole(folder: string): boolean {
    return ["tasks", "defaults", "vars", "meta", "handlers"].some(
        (part) => yamlFile(join(folder, part, "main")) !== undefined,
    );
}

/** The role that a file of tasks belongs to: `ROLE/tasks/FILE`. */
export function roleOf(file: string): string | undefined {
    const folder = dirname(file);
    return basename(folder) === "tasks" ? dirname(folder) : undefined;
}
