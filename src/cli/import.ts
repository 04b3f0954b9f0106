import type { Command } from "./command";
import { outputOptions } from "./output-file";
import { targetOptions } from "./target";

/** `tcp-tuning import`: an inventory from sysctl.conf files, drop-ins, and Ansible's playbooks and roles. */
export const importFiles: Command = {
    summary: "make an inventory from sysctl.conf files, drop-ins, playbooks and roles",
    usage: "[options] FILE|FOLDER…",
    description:
        "Prints a YAML inventory with the same values, and on standard error what was left out and why.\n" +
        "Folders of drop-ins are read as systemd-sysctl reads them, the first one's files before others of\n" +
        'the same name; then the rest in the order given. The last assignment of a key counts. "-" is\n' +
        "standard input, with lines such as net.core.somaxconn = 4096. Where the values are those of a profile,\n" +
        "it is named instead, and accepts its own warnings: standard error says which, and why.\n\n" +
        "Of Ansible's, a playbook, a file of tasks (.yml, .yaml), a role's folder or a folder with playbooks:\n" +
        "tasks of the module sysctl, and lines that copy, lineinfile and blockinfile hold for /etc/sysctl.d.\n" +
        "Each play's hosts become a group with its own tcp_tuning. Blocks, loops over lists and mappings,\n" +
        "includes and roles are followed, and templates such as {{ item.value }} or {{ name | dict2items }}\n" +
        "filled in. Whatever only Ansible could know is left out: conditions, facts, filters, vault.\n\n" +
        "Exit code: 0 everything was taken, 1 something was left out, 2 nothing could be read or written.",
    options: {
        ...outputOptions("inventory"),
        ...targetOptions,
        json: { help: "print one JSON document: {inventory, tunings, leftOut, warnings, notes}" },
    },
    async run(args, terminal) {
        // Loaded late: it needs packages.
        const { runImport } = await import("./import-files.js");
        return runImport(args, terminal);
    },
};
