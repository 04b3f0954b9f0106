import { join, relative } from "node:path";
import { quote } from "../../diagnostic";
import type { Node } from "../../inventory/yaml";
import type { Context } from "./context";
import { findFile, findRole } from "./files";
import { about, NotTaken } from "./findings";
import type { Task } from "./task";
import { resolveText } from "./template";

const ITSELF = "Where it sets sysctls, import it by itself";

/** The file that an include names. @throws NotTaken where there is none */
export function includedFile(
    { module, given, location }: Task,
    kind: "tasks" | "vars",
    { scope, folders }: Context,
): string {
    const name = given.kind === "mapping" ? given.entries.get("file") : given;
    const read = (): string => {
        if (name === undefined) {
            throw new NotTaken("names no file");
        }
        return resolveText(name, scope).split(/\s/)[0]!;
    };
    const wanted = about(`${module} is not followed: it`, read, ITSELF);
    const path = findFile(wanted, kind, location.file, folders);
    if (path === undefined) {
        throw new NotTaken(`${module} is not followed: there is no file ${quote(wanted)}`, ITSELF);
    }
    return path;
}

/** The folder of a role that is asked for by its name. @throws NotTaken where there is none */
export function includedRole(node: Node | undefined, { scope, folders }: Context): string {
    const read = (): string => {
        if (node === undefined) {
            throw new NotTaken("is not given");
        }
        return resolveText(node, scope);
    };
    const name = about("the role is not followed: its name", read, ITSELF);
    const folder = findRole(name, folders);
    if (folder === undefined) {
        const near = relative("", join(folders.playbook, "roles")) || "roles";
        throw new NotTaken(
            `the role ${quote(name)} is not followed: it is not there`,
            `Put it into ${near}, or import it by itself: tcp-tuning import FOLDER`,
        );
    }
    return folder;
}
