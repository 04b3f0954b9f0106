import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { plural } from "../src/counted";
import { inTurns } from "../src/rollout/turns";
import type { TestHost } from "../test/support/hosts";
import { parseDropIn, type Values } from "./parameters";

/** What of /etc/sysctl.d belongs to the host itself. */
const OWN = "99-sysctl.conf";
/** Everything that a peer may leave on a host, its login's home included. */
const LEFT = `find /etc/sysctl.d /etc/modules-load.d -mindepth 1 ! -name ${OWN} -delete
rm -rf /var/lib/tcp-tuning /root/.ansible
while read -r path value; do echo "$value" >"$path"; done`;
const NAMED = 5;
const AT_ONCE = 32;

/** The hosts of a benchmark, read and put back from inside, without a connection. */
export class Field {
    private constructor(
        readonly hosts: readonly TestHost[],
        private readonly keys: readonly string[],
        /** By the host's name. */
        private readonly originals: ReadonlyMap<string, Values>,
    ) {}

    static async of(hosts: readonly TestHost[], keys: readonly string[]): Promise<Field> {
        const read = await ofEach(hosts, async (host) => [host.name, await liveValues(host, keys)] as const);
        return new Field(hosts, keys, new Map(read));
    }

    /** The first `count` hosts. */
    first(count: number): Field {
        return new Field(this.hosts.slice(0, count), this.keys, this.originals);
    }

    /** Gives every host its original values back, and takes away what a peer left there. */
    async reset(): Promise<void> {
        await ofEach(this.hosts, async (host) => {
            const lines = [...this.originalsOf(host)].map(([key, value]) => `${pathOf(key)} ${value}\n`);
            await host.mustExec(["sh", "-euc", LEFT], { input: lines.join("") });
        });
        tell("not as they were", await this.eachWrong((host) => wrongHost(host, this.originalsOf(host), [])));
    }

    /**
     * Every host has these values, now and in one drop-in for its next boot.
     *
     * @throws Error that names hosts which have not
     */
    async check(wanted: Values): Promise<void> {
        tell("not as wanted", await this.eachWrong((host) => wrongHost(host, wanted, [wanted])));
    }

    /** How many logins the SSH servers have accepted so far. */
    logins(): number {
        const logs = this.hosts.map((host) => readFileSync(host.path("/run/sshd.log"), "utf8"));
        return logs.reduce((sum, log) => sum + (log.match(/^Accepted publickey /gm)?.length ?? 0), 0);
    }

    private originalsOf({ name }: TestHost): Values {
        return this.originals.get(name) ?? new Map();
    }

    private async eachWrong(find: (host: TestHost) => Promise<string | undefined>): Promise<string[]> {
        return (await ofEach(this.hosts, find)).filter((wrong) => wrong !== undefined);
    }
}

/** On some hosts at a time: each takes processes and open files. */
function ofEach<T>(hosts: readonly TestHost[], work: (host: TestHost) => Promise<T>): Promise<T[]> {
    return inTurns(AT_ONCE, hosts, work);
}

/** What is wrong with a host: its live values, or what the drop-ins in /etc/sysctl.d set. */
async function wrongHost(host: TestHost, live: Values, dropIns: readonly Values[]): Promise<string | undefined> {
    const now = await liveValues(host, [...live.keys()]);
    const differing = [...live].find(([key, value]) => now.get(key) !== value);
    if (differing !== undefined) {
        const [key, value] = differing;
        return `${host.name}: ${key} is ${now.get(key) ?? "absent"} instead of ${value}`;
    }
    const found = readDropIns(host);
    return isDeepStrictEqual(found, dropIns)
        ? undefined
        : `${host.name}: /etc/sysctl.d has ${describe(found)} instead of ${describe(dropIns)}`;
}

function readDropIns(host: TestHost): Values[] {
    const files = readdirSync(host.dropInDir).filter((file) => file !== OWN);
    return files.map((file) => parseDropIn(readFileSync(join(host.dropInDir, file), "utf8")));
}

function describe(dropIns: readonly Values[]): string {
    const texts = dropIns.map((values) => [...values].map(([key, value]) => `${key} = ${value}`).join(", "));
    return texts.length === 0 ? "no drop-in" : texts.map((text) => `a drop-in with ${text}`).join(" and ");
}

async function liveValues(host: TestHost, keys: readonly string[]): Promise<Values> {
    const lines = (await host.mustExec(["grep", "-H", "", ...keys.map(pathOf)])).trimEnd().split("\n");
    const byPath = new Map(
        lines.map((line) => {
            const colon = line.indexOf(":");
            return [line.slice(0, colon), line.slice(colon + 1).replaceAll("\t", " ")] as const;
        }),
    );
    return new Map(keys.map((key) => [key, byPath.get(pathOf(key)) ?? ""]));
}

function pathOf(key: string): string {
    return `/proc/sys/${key.replaceAll(".", "/")}`;
}

function tell(what: string, wrong: readonly string[]): void {
    if (wrong.length > 0) {
        const more = wrong.length > NAMED ? [`and ${wrong.length - NAMED} more`] : [];
        throw new Error([`${plural(wrong.length, "host")} ${what}:`, ...wrong.slice(0, NAMED), ...more].join("\n  "));
    }
}
