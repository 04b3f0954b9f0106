import { dirname } from "node:path";
import type { Location } from "../diagnostic";
import { quote } from "../diagnostic";
import { expandPath } from "../home-path";
import { hostMistake } from "../host-address";
import type { Host } from "./groups";
import type { InventoryProxy } from "./ssh-args";
import { proxyFromSshArgs } from "./ssh-args";
import type { Fields } from "./tuning";
import { readFlag, readText } from "./tuning";
import type { ValueReader } from "./values";
import type { Entries, Node } from "./yaml";

/** How a host is reached over SSH. */
export interface InventoryConnection {
    readonly host: string;
    /** @default 22 */
    readonly port?: number;
    /** @default not said in the inventory; Ansible then takes the name of the current user */
    readonly user?: string;
    /** An absolute path. */
    readonly privateKeyFile?: string;
    /** The key itself, instead of its file. */
    readonly privateKey?: string;
    /** Of an encrypted key. */
    readonly privateKeyPassword?: string;
    readonly password?: string;
    /** `type base64`, from `tcp_tuning.hostKey`; Ansible has no variable for it. */
    readonly hostKey?: string;
    /** An absolute path, from `tcp_tuning.knownHosts`. */
    readonly knownHosts?: string;
    /** From `tcp_tuning.insecureIgnoreHostKey`. */
    readonly insecureIgnoreHostKey?: boolean;
    readonly proxy?: InventoryProxy;
}

/** Ansible's variables, with the older names that go before the newer ones as they do in Ansible. */
const variables = {
    host: ["ansible_ssh_host", "ansible_host"],
    port: ["ansible_ssh_port", "ansible_port"],
    user: ["ansible_ssh_user", "ansible_user"],
    password: ["ansible_ssh_password", "ansible_ssh_pass", "ansible_password"],
    privateKeyFile: ["ansible_ssh_private_key_file", "ansible_private_key_file"],
    privateKey: ["ansible_ssh_private_key", "ansible_private_key"],
    privateKeyPassword: ["ansible_ssh_private_key_passphrase", "ansible_private_key_passphrase"],
    connection: ["ansible_connection"],
    sshArgs: ["ansible_ssh_args", "ansible_ssh_common_args", "ansible_ssh_extra_args"],
    become: ["ansible_become"],
    becomeUser: ["ansible_become_user", "ansible_sudo_user"],
    becomeMethod: ["ansible_become_method"],
    becomePassword: ["ansible_become_password", "ansible_become_pass", "ansible_sudo_pass"],
} as const;

/** Every variable of Ansible's that is understood. */
export const variableNames: readonly string[] = Object.values(variables).flat();

/** The connection of a host from its variables and from the fields of `tcp_tuning` about trust. */
export function readConnection(
    { name, location }: Pick<Host, "name" | "location">,
    vars: Entries,
    tuning: Fields,
    file: string,
    read: ValueReader,
): InventoryConnection {
    refuseOtherTransport(vars, read);
    warnOfIdle(vars, idleForSsh, read);
    const folder = dirname(file);
    const port = lookUp(vars, "port");
    const knownHosts = readText(tuning, "knownHosts", read);
    const privateKeyFile = readVariable(vars, "privateKeyFile", "~/.ssh/id_ed25519", read);
    return defined({
        host: readHost(name, location, vars, read),
        port: port && read.integer(port.node, port.name, 1, 65535, 22),
        user: readVariable(vars, "user", "deploy", read),
        privateKeyFile: privateKeyFile && expandPath(privateKeyFile, folder),
        password: readSecret(vars, "password", read),
        privateKey: readSecret(vars, "privateKey", read),
        privateKeyPassword: readSecret(vars, "privateKeyPassword", read),
        hostKey: readText(tuning, "hostKey", read),
        knownHosts: knownHosts && expandPath(knownHosts, folder),
        insecureIgnoreHostKey: readFlag(tuning, "insecureIgnoreHostKey", read),
        proxy: readProxy(vars, read),
    });
}

/** Its address, or else its name. */
function readHost(name: string, location: Location, vars: Entries, read: ValueReader): string {
    const given = readVariable(vars, "host", "10.0.0.1", read);
    const mistake = hostMistake(given ?? name);
    if (mistake !== undefined) {
        const { shown, host, user, port } = mistake;
        const beside = [user && `ansible_user: ${user}`, port && `ansible_port: ${port}`].filter(Boolean);
        read.problems.add(
            given === undefined ? location : lookUp(vars, "host")!.node.location,
            `The host ${quote(shown)} is more than a name or an address`,
            `Write ${[`ansible_host: ${host}`, ...beside].join(", ")}`,
        );
    }
    return given ?? name;
}

function readSecret(
    vars: Entries,
    which: "password" | "privateKey" | "privateKeyPassword",
    read: ValueReader,
): string | undefined {
    const secret = lookUp(vars, which);
    const instead =
        "Leave it out and log in by a key: give it to the SSH agent (ssh-add), or name its file in " +
        "ansible_ssh_private_key_file";
    return secret && read.secret(secret.node, secret.name, instead);
}

/** How the login user becomes root. */
export interface InventoryBecome {
    /** Whether sudo is needed. */
    readonly become: boolean;
    /** What sudo asks for. @default nothing, or what the stack's configuration says */
    readonly becomePassword?: string;
}

/** Only root, and only through sudo, is of use here, so anything else is refused. */
export function readBecome(vars: Entries, read: ValueReader): InventoryBecome {
    const become = lookUp(vars, "become");
    if (become === undefined || read.flag(become.node, become.name) !== true) {
        return { become: false };
    }
    only(vars, "becomeUser", ["root"], "Sysctls belong to root: leave it out", read);
    only(vars, "becomeMethod", ["sudo", "ansible.builtin.sudo"], "Only sudo is used: leave it out", read);
    warnOfIdle(vars, idleForSudo, read);
    return defined({ become: true, becomePassword: readBecomePassword(vars, read) });
}

/** One that cannot be read may come from elsewhere: Ansible reads the same file. */
function readBecomePassword(vars: Entries, read: ValueReader): string | undefined {
    const password = lookUp(vars, "becomePassword");
    if (password?.node.kind === "unusable") {
        read.problems.warn(
            password.node.location,
            `${password.name} ${password.node.reason}, and is not used`,
            "Give it to the stack: pulumi config set --secret pulumi-tcp-tuning:becomePassword; or have sudo ask for none, in " +
                `/etc/sudoers.d: ${loginOf(vars)} ALL=(root) NOPASSWD: ALL`,
        );
        return undefined;
    }
    return password && read.text(password.node, password.name, `${password.name} in quotes`);
}

function loginOf(vars: Entries): string {
    const node = lookUp(vars, "user")?.node;
    return node?.kind === "scalar" && typeof node.value === "string" ? node.text : "LOGIN_USER";
}

function refuseOtherTransport(vars: Entries, read: ValueReader): void {
    const known = ["ssh", "smart", "paramiko", "paramiko_ssh", "ansible.builtin.ssh", "ansible.builtin.paramiko_ssh"];
    const advice = "Hosts are reached over SSH: leave it out, or write tcp_tuning: false for this host";
    only(vars, "connection", known, advice, read);
}

/** Variables of Ansible's whose part nothing plays here, each with what to do. */
const idleForSsh: Readonly<Record<string, string>> = {
    ansible_ssh_pkcs11_provider: "Give the card's key to the SSH agent: ssh-add -s PROVIDER",
    ansible_ssh_executable: "No ssh command is run: leave it out",
};
const idleForSudo: Readonly<Record<string, string>> = {
    ansible_become_exe: "sudo is looked for in the usual folders: leave it out",
    ansible_become_flags: "sudo gets the options that it needs: leave it out",
};

function warnOfIdle(vars: Entries, idle: Readonly<Record<string, string>>, read: ValueReader): void {
    for (const [name, advice] of Object.entries(idle)) {
        const node = vars.get(name);
        if (node !== undefined && !isUnset(node)) {
            read.problems.warn(node.location, `${name} is not used`, advice);
        }
    }
}

type Variable = keyof typeof variables;

function only(vars: Entries, which: Variable, allowed: readonly string[], advice: string, read: ValueReader): void {
    const variable = lookUp(vars, which);
    const value = readVariable(vars, which, allowed[0]!, read);
    if (variable !== undefined && value !== undefined && !allowed.includes(value)) {
        const message = `${variable.name} is ${quote(value)}, which is not supported`;
        read.problems.add(variable.node.location, message, advice);
    }
}

function readProxy(vars: Entries, read: ValueReader): InventoryProxy | undefined {
    const found = variables.sshArgs.flatMap((name) => {
        const node = vars.get(name);
        const text = node && !isUnset(node) ? read.text(node, name, `${name}: -J user@bastion`) : undefined;
        return text === undefined ? [] : [proxyFromSshArgs(text, node!.location, read.problems)];
    });
    return found.find((proxy) => proxy !== undefined);
}

function readVariable(vars: Entries, which: Variable, example: string, read: ValueReader): string | undefined {
    const variable = lookUp(vars, which);
    return variable && read.text(variable.node, variable.name, `${variable.name}: ${example}`);
}

function lookUp(vars: Entries, which: Variable): { name: string; node: Node } | undefined {
    const name = variables[which].find((candidate) => vars.has(candidate) && !isUnset(vars.get(candidate)!));
    return name === undefined ? undefined : { name, node: vars.get(name)! };
}

function isUnset(node: Node): boolean {
    return node.kind === "scalar" && (node.value === null || node.value === "");
}

/** Without the properties that are undefined, so that printing and comparing show what there is. */
function defined<T extends object>(record: T): T {
    return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as T;
}
