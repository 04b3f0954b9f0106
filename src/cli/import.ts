import type { Command } from "./command";
import { outputOptions } from "./output-file";
import { targetOptions } from "./target";

/** `tcp-tuning import`: an inventory from sysctl.conf files and drop-ins. */
export const importFiles: Command = {
    summary: "make an inventory from sysctl.conf files and drop-ins",
    usage: "[options] FILE|FOLDER…",
    description:
        "Prints a YAML inventory with the same values, and on standard error what was left out and why.\n" +
        "Folders are read as systemd-sysctl reads them, the first one's files before others of the same\n" +
        'name; then files in the order given. The last assignment of a key counts. "-" is standard input.\n\n' +
        "Exit code: 0 everything was taken, 1 something was left out, 2 nothing could be read or written.",
    options: {
        ...outputOptions("inventory"),
        ...targetOptions,
        json: { help: "print one JSON document: {inventory, tuning, leftOut, warnings, notes}" },
    },
    async run(args, terminal) {
        // Loaded late: it needs packages.
        const { runImport } = await import("./import-files.js");
        return runImport(args, terminal);
    },
};
