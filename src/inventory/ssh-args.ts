import type { Location } from "../diagnostic";
import { quote } from "../diagnostic";
import type { Problems } from "./problems";

/** A bastion host, through which another host is reached. */
export interface InventoryProxy {
    readonly host: string;
    readonly port?: number;
    readonly user?: string;
}

const jumpAdvice = "Write -J user@bastion:port, or -o ProxyJump=user@bastion:port, with one bastion";

/** What stands in for options that are of no use here, by the option's name in lower case. */
const replacements: Readonly<Record<string, string>> = {
    stricthostkeychecking: "Host keys are always checked; tcp_tuning.insecureIgnoreHostKey: true gives that up",
    userknownhostsfile: "Write tcp_tuning.knownHosts: FILE",
    identityfile: "Write ansible_ssh_private_key_file: FILE",
    user: "Write ansible_user: NAME",
    port: "Write ansible_port: NUMBER",
};

/**
 * The bastion named in arguments for the `ssh` command (`ansible_ssh_common_args`). No `ssh` command is run, so other
 * arguments are reported as not used.
 */
export function proxyFromSshArgs(args: string, location: Location, problems: Problems): InventoryProxy | undefined {
    const proxies = options(splitWords(args)).map(({ name, value }) => {
        switch (name) {
            case "proxyjump":
                return readJump(value, location, problems);
            case "proxycommand":
                problems.add(
                    location,
                    // Its text may hold a password.
                    "ProxyCommand is not supported, since no ssh command is run",
                    jumpAdvice,
                );
                return undefined;
            default:
                problems.warn(
                    location,
                    `The ssh argument ${quote(`${name} ${value}`.trimEnd())} is not used`,
                    replacements[name],
                );
                return undefined;
        }
    });
    // As with ssh itself, what is said first counts.
    return proxies.find((proxy) => proxy !== undefined);
}

/** Words as a shell would split them, with simple quotes. */
function splitWords(text: string): string[] {
    const words = text.match(/(?:[^\s"']|"[^"]*"|'[^']*')+/g) ?? [];
    return words.map((word) => word.replace(/"([^"]*)"|'([^']*)'/g, "$1$2"));
}

function options(words: readonly string[]): { name: string; value: string }[] {
    const found: { name: string; value: string }[] = [];
    for (let index = 0; index < words.length; index++) {
        const [, letter, attached] = /^-([oJ])(.*)$/.exec(words[index]!) ?? [];
        if (letter === undefined) {
            found.push({ name: words[index]!, value: "" });
            continue;
        }
        const argument = attached || words[++index] || "";
        const [, name = argument, value = ""] = /^(\w+)\s*[=\s]\s*(.*)$/.exec(argument) ?? [];
        found.push(letter === "J" ? { name: "proxyjump", value: argument } : { name: name.toLowerCase(), value });
    }
    return found;
}

/** `user@host:port`, with brackets around an IPv6 address, also as a URI. */
const JUMP = /^(?:ssh:\/\/)?(?:([^@\s]+)@)?(?:\[([^\]]+)\]|([^:,@\s/[\]]+))(?::(\d+))?\/?$/;

function readJump(value: string, location: Location, problems: Problems): InventoryProxy | undefined {
    if (value.toLowerCase() === "none") {
        return undefined;
    }
    const [, user, bracketed, plain, port] = JUMP.exec(value) ?? [];
    const host = bracketed ?? plain;
    if (host === undefined || Number(port ?? 22) < 1 || Number(port ?? 22) > 65535) {
        const several = value.includes(",");
        const reason = several ? "more than one bastion in a row is not supported" : "it is not user@host:port";
        problems.add(location, `The bastion ${quote(value)} cannot be used: ${reason}`, jumpAdvice);
        return undefined;
    }
    return { host, ...(port !== undefined && { port: Number(port) }), ...(user !== undefined && { user }) };
}
