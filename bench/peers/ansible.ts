import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { run, systemEnvironment } from "../../test/support/hosts/run";
import { missingTools } from "../../test/support/hosts/unavailable";
import { dropInOf, type Values } from "../parameters";
import type { Peer, Site } from "./peer";

const TARGET = "/etc/sysctl.d/99-bench.conf";
/** The files of a session that a playbook reads. */
const DROP_IN = "drop-in.conf";
const VARIABLES = "values.yaml";

/** Copies the drop-in, and has the kernel read it when it changed. */
const copyPlay = {
    tasks: [
        {
            name: "Write the drop-in",
            "ansible.builtin.copy": { src: DROP_IN, dest: TARGET, mode: "0644" },
            notify: "Read the drop-in",
        },
    ],
    handlers: [{ name: "Read the drop-in", "ansible.builtin.command": `sysctl -p ${TARGET}` }],
};

/** The collection's own module, a key at a time. */
const sysctlPlay = {
    vars_files: [VARIABLES],
    tasks: [
        {
            name: "Set the values",
            "ansible.posix.sysctl": { name: "{{ item.key }}", value: "{{ item.value }}", sysctl_file: TARGET },
            loop: "{{ values | dict2items }}",
            loop_control: { label: "{{ item.key }}" },
        },
    ],
};

/** A copied drop-in and `sysctl -p`, with that many forks. */
export function ansibleCopy(forks: number, usual: boolean): Peer {
    return {
        title: `Ansible, ${forks} forks`,
        about: `copy and a sysctl -p handler, ${forks} forks, pipelining, no facts`,
        usual,
        unavailable: async () => missingAnsible(),
        open: (site) => openPlaybook(site, forks, copyPlay),
    };
}

/** `ansible.posix.sysctl`, with that many forks. */
export function ansibleSysctl(forks: number): Peer {
    return {
        title: "ansible.posix",
        about: `ansible.posix.sysctl for each key, ${forks} forks, pipelining, no facts`,
        usual: false,
        unavailable: async () => missingAnsible() ?? (await missingCollection()),
        open: (site) => openPlaybook(site, forks, sysctlPlay),
    };
}

/** Ansible refuses to run with a locale that is not UTF-8. */
function environment(): NodeJS.ProcessEnv {
    return { ...systemEnvironment(), LC_ALL: "C.UTF-8" };
}

/** The first line of `ansible --version`; undefined where there is none. */
export async function ansibleVersion(): Promise<string | undefined> {
    return missingAnsible() === undefined ? (await ansible(["ansible", "--version"])).split("\n")[0] : undefined;
}

/** The version of the collection `ansible.posix`; undefined where it is not installed. */
export async function collectionVersion(): Promise<string | undefined> {
    if (missingAnsible() !== undefined) {
        return undefined;
    }
    const list = ["ansible-galaxy", "collection", "list", "ansible.posix", "--format", "json"];
    const { code, stdout } = await run(list, { env: environment() });
    const folders = code === 0 ? (JSON.parse(stdout) as Record<string, Record<string, { version: string }>>) : {};
    return Object.values(folders)[0]?.["ansible.posix"]?.version;
}

function missingAnsible(): string | undefined {
    return missingTools("Ansible peers", { "ansible-playbook": "ansible" });
}

async function missingCollection(): Promise<string | undefined> {
    return (await collectionVersion()) === undefined
        ? "The collection ansible.posix is not installed. On Debian or Ubuntu: apt-get install ansible"
        : undefined;
}

async function ansible(argv: readonly string[], env = environment()): Promise<string> {
    const { code, stdout, stderr } = await run(argv, { env });
    if (code !== 0) {
        throw new Error(`${argv.join(" ")}: exit code ${code}:\n${(stdout + stderr).trim()}`);
    }
    return stdout;
}

async function openPlaybook({ hosts, access, folder }: Site, forks: number, play: object) {
    const file = (name: string) => join(folder, name);
    const controls = file("cp");
    mkdirSync(controls);
    const inventory = hosts.map(({ name, address }) => `${name} ansible_host=${address} ansible_user=root\n`).join("");
    writeFileSync(file("inventory.ini"), inventory);
    writeFileSync(file("playbook.yaml"), stringify([{ hosts: "all", gather_facts: false, ...play }]));
    writeFileSync(file("ansible.cfg"), settings(forks, controls, folder, access));
    const env = { ...environment(), ANSIBLE_CONFIG: file("ansible.cfg"), ANSIBLE_HOME: file("home") };
    const endConnections = () => closeControls(controls);
    return {
        async apply(values: Values) {
            writeFileSync(file(DROP_IN), dropInOf(values));
            writeFileSync(file(VARIABLES), stringify({ values: Object.fromEntries(values) }));
            await endConnections(); // each run is one of its own, as on another day
            await ansible(["ansible-playbook", "-i", file("inventory.ini"), file("playbook.yaml")], env);
            return undefined;
        },
        close: endConnections,
    };
}

/** With what Ansible's own advice for speed has; the connection settings are its defaults, but for the known hosts. */
function settings(forks: number, controls: string, folder: string, access: Site["access"]): string {
    return `[defaults]
forks = ${forks}
gathering = explicit
interpreter_python = /usr/bin/python3
private_key_file = ${access.privateKeyFile}
local_tmp = ${join(folder, "tmp")}
[ssh_connection]
pipelining = True
control_path_dir = ${controls}
ssh_args = -F none -C -o ControlMaster=auto -o ControlPersist=60s -o UserKnownHostsFile=${access.knownHostsFile}
`;
}

/** Ends the connections that ssh keeps open in the background. */
async function closeControls(folder: string): Promise<void> {
    await Promise.all(
        readdirSync(folder).map((socket) =>
            run(["ssh", "-F", "none", "-S", join(folder, socket), "-O", "exit", "host"]),
        ),
    );
}
