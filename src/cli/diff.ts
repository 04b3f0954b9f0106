import type { Command } from "./command";

/** `tcp-tuning diff`: what an apply would change on the hosts of an inventory. */
export const diff: Command = {
    summary: "show what an apply would change on the hosts of an inventory",
    usage: "--inventory FILE [options] [PATTERN…]",
    description:
        "Looks at each host over SSH, read-only, and shows for each key that is not as wanted its value\n" +
        "now, the wanted one, and what decides at the next boot; before that, what the rules warn of in the\n" +
        "inventory. PATTERN selects hosts as in Ansible, by name or group: web, 'web:&prod:!web3', 'db*'; without\n" +
        "any, the stack's own hosts are looked at (pulumi-tcp-tuning:hosts), or all.\n\n" +
        "Project and stack, which name a tuning on its host, come from the nearest Pulumi.yaml and the one\n" +
        "Pulumi.STACK.yaml that names this inventory. Where they are not known, only values and the next\n" +
        "boot are compared.\n\n" +
        "The password that sudo asks for comes from the inventory, or else from ANSIBLE_BECOME_PASS.\n\n" +
        "Exit code: 0 every host is as wanted, 1 a host differs, 2 the inventory is wrong, or a host could\n" +
        "not be looked at (the others are shown). A wrong inventory is told on stderr alone, also with\n" +
        "--json: then stdout stays empty.",
    options: {
        inventory: { value: "FILE", help: "the YAML inventory, in Ansible's format" },
        stack: { value: "NAME", help: "the stack that tunes these hosts" },
        project: { value: "NAME", help: "the project of that stack" },
        "known-hosts": {
            value: "FILE",
            help: "the hosts' keys; the stack's file, or ~/.ssh/known_hosts, if not given",
        },
        json: { help: "print one JSON document: {hosts, counts, warnings}" },
    },
    async run(args, terminal) {
        // Loaded late: it needs packages, and all other commands need nothing but node.
        const { diffHosts } = await import("./diff-hosts.js");
        return diffHosts(args, terminal);
    },
};
