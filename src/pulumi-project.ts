import { existsSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { parse } from "yaml";
import { expandPath } from "./home-path";
import { suggest } from "./suggest";

/** What names a tuning on its hosts, beside the resource. */
export interface StackName {
    readonly project: string;
    readonly stack: string;
}

/** What is known of the stack that tunes the hosts of an inventory. */
export interface InventoryStack {
    /** Absent where project or stack is not known: then `unknown` says why. */
    readonly name?: StackName;
    /** Why there is no name, and what to give. */
    readonly unknown?: string;
    /** That the stack which was given has no file, and which was probably meant. */
    readonly caution?: string;
    /** What the stack's configuration says, as a path. */
    readonly knownHosts?: string;
    /** The pattern of its hosts in the stack's configuration. @default all */
    readonly hosts?: string;
}

/** A project's or a stack's file that is no YAML. */
export class ProjectFileError extends Error {
    public override readonly name = "ProjectFileError";
}

type Mapping = Readonly<Record<string, unknown>>;

interface Project {
    readonly file: string;
    readonly folder: string;
    readonly content: Mapping;
}

interface Stack {
    readonly file: string;
    readonly name: string;
    readonly inventory: string;
    readonly knownHosts?: string;
    readonly hosts?: string;
}

/** The inventory of a stack that names none. */
export const DEFAULT_INVENTORY = "inventory.yaml";

/**
 * The project and stack that an inventory belongs to: as given, or else the `name:` of the nearest Pulumi.yaml at or
 * above its folder (or the current one), and the only stack beside that whose configuration names this very file.
 *
 * @throws ProjectFileError when one of the files cannot be read
 */
export function stackOfInventory(inventory: string, given: Partial<StackName>): InventoryStack {
    const project = nearestProject(dirname(resolve(inventory))) ?? nearestProject(process.cwd());
    const stacks = project === undefined ? [] : stacksOf(project);
    const naming = stacks.filter((stack) => isSameFile(stack.inventory, inventory));
    // As the engine has it, also where it is given as ORGANISATION/PROJECT/STACK.
    const stack = given.stack?.split("/").at(-1) ?? (naming.length === 1 ? naming[0]!.name : undefined);
    const projectName = given.project ?? textOf(project?.content["name"]);
    const { knownHosts, hosts } = stacks.find(({ name }) => name === stack) ?? {};
    const caution = project && given.stack && stack ? whyUnusual(project, stack, stacks) : undefined;
    return projectName !== undefined && stack !== undefined
        ? { name: { project: projectName, stack }, knownHosts, hosts, caution }
        : { unknown: whyUnknown(project, projectName, stack, naming), knownHosts, hosts, caution };
}

/** A stack needs no file, but a misspelt one has none either. */
function whyUnusual(project: Project, stack: string, stacks: readonly Stack[]): string | undefined {
    const names = stacks.map(({ name }) => name);
    const [meant] = suggest(stack, names);
    return names.includes(stack)
        ? undefined
        : `No Pulumi.${stack}.yaml is in ${stackFolder(project)}. ` +
              (meant !== undefined
                  ? `Did you mean --stack ${meant}?`
                  : names.length > 0
                    ? `Stacks with a file there: ${names.join(", ")}.`
                    : "No stack has a file there.");
}

function whyUnknown(
    project: Project | undefined,
    name: string | undefined,
    stack: string | undefined,
    naming: readonly Stack[],
): string {
    const reasons = [
        ...(project !== undefined ? [] : ["no Pulumi.yaml is at or above the inventory's folder"]),
        ...(project === undefined || name !== undefined ? [] : [`${project.file} has no name`]),
        ...(project === undefined || stack !== undefined
            ? []
            : naming.length === 0
              ? [`no Pulumi.STACK.yaml of ${project.file} names this inventory`]
              : [`${naming.map(({ file }) => file).join(" and ")} name this inventory`]),
    ];
    const missing = [
        ...(name === undefined ? ["--project NAME"] : []),
        ...(stack === undefined ? ["--stack NAME"] : []),
    ];
    return `${reasons.join(", and ")}. Give ${missing.join(" and ")}.`;
}

/** The name of the project at or above a folder. @throws ProjectFileError when its file cannot be read */
export function projectNameAt(folder: string): string | undefined {
    return textOf(nearestProject(folder)?.content["name"]);
}

function nearestProject(folder: string): Project | undefined {
    const file = ["Pulumi.yaml", "Pulumi.yml"].map((name) => join(folder, name)).find(existsSync);
    if (file !== undefined) {
        return { file, folder, content: readMapping(file) };
    }
    const parent = dirname(folder);
    return parent === folder ? undefined : nearestProject(parent);
}

/** All stacks that have a file; what such a file leaves out, the project's own configuration may say. */
function stacksOf(project: Project): Stack[] {
    const { folder, content } = project;
    const filesFolder = stackFolder(project);
    const entries = existsSync(filesFolder) ? readdirSync(filesFolder).sort() : [];
    return entries.flatMap((entry) => {
        const name = /^Pulumi\.(.+)\.ya?ml$/.exec(entry)?.[1];
        if (name === undefined) {
            return [];
        }
        const file = join(filesFolder, entry);
        const configs = [readMapping(file), content].map(({ config }) => mappingOf(config));
        const said = (key: string) =>
            configs.map((config) => plainOf(config[`pulumi-tcp-tuning:${key}`])).find((value) => value !== undefined);
        const path = (file: string | undefined) => (file === undefined ? undefined : expandPath(file, folder));
        const inventory = expandPath(said("inventory") ?? DEFAULT_INVENTORY, folder);
        return [{ file, name, inventory, knownHosts: path(said("knownHosts")), hosts: said("hosts") }];
    });
}

function stackFolder({ folder, content }: Project): string {
    return resolve(folder, textOf(content["stackConfigDir"]) ?? "");
}

function readMapping(file: string): Mapping {
    try {
        return mappingOf(parse(readFileSync(file, "utf8"), { logLevel: "error" }));
    } catch (error) {
        const [reason] = (error as Error).message.split("\n");
        throw new ProjectFileError(`${file} cannot be read: ${reason}`);
    }
}

function mappingOf(value: unknown): Mapping {
    return typeof value === "object" && value !== null ? (value as Mapping) : {};
}

function textOf(value: unknown): string | undefined {
    return typeof value === "string" && value !== "" ? value : undefined;
}

/** A value of a configuration: plain, or beside a description in the project's file. */
function plainOf(value: unknown): string | undefined {
    return textOf(value) ?? textOf(mappingOf(value)["value"]) ?? textOf(mappingOf(value)["default"]);
}

function isSameFile(one: string, other: string): boolean {
    return existsSync(one) && existsSync(other) && realpathSync(one) === realpathSync(other);
}
