import { lstatSync, readlinkSync } from "node:fs";
import { isAbsolute } from "node:path";

/** Why a file cannot be read, for messages: "it …". */
export function whyUnreadable(path: string, { code, message }: NodeJS.ErrnoException): string {
    switch (code) {
        case "ENOENT":
            return whyMissing(path);
        case "EACCES":
        case "EPERM":
            return "its permissions forbid it";
        case "EISDIR":
            return "it is a folder, not a file";
        case "ENOTDIR":
            return "a part of its path is a file, not a folder";
        case "ELOOP":
            return "it is a link that comes back to itself";
        default:
            return message;
    }
}

function whyMissing(path: string): string {
    if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink()) {
        return `it is a link to ${readlinkSync(path)}, which does not exist`;
    }
    return isAbsolute(path) ? "it does not exist" : `it does not exist. The path is relative to ${process.cwd()}`;
}
