import { homedir } from "node:os";
import { join, resolve } from "node:path";

/** An absolute path: a leading `~` is the home folder of the current user, anything else is relative to `folder`. */
export function expandPath(path: string, folder = "."): string {
    if (path === "~" || path.startsWith("~/")) {
        return join(homedir(), path.slice(1));
    }
    return resolve(folder, path);
}
