import { applySeconds, launchInstalled, launchPacked } from "../../src/agent/launcher";
import { type ApplyRequest, applyRequest, type VerifyRequest, verifyRequest } from "../../src/agent/request";
import { type HostUser, startHosts, type TestHost, type TestHosts } from "./hosts";
import type { CommandResult } from "./hosts/run";

/** The shells that the agent has to run under, each on a host with the tools that go with it. */
export const SHELLS = [
    { shell: "dash", busybox: false },
    { shell: "bash", busybox: false },
    { shell: "busybox ash", busybox: true },
] as const;

export type Shell = (typeof SHELLS)[number];

/** What is on a host, as far as a tuning could change it. */
export interface HostState {
    readonly values: Record<string, string>;
    readonly dropIns: readonly string[];
    readonly ledgers: readonly string[];
}

const WATCHED = [
    "net.core.somaxconn",
    "net.ipv4.tcp_fin_timeout",
    "net.ipv4.tcp_rmem",
    "net.ipv4.tcp_sack",
    "net.ipv4.ip_local_port_range",
    "net.ipv4.tcp_keepalive_time",
    "net.ipv4.tcp_max_tw_buckets",
];

/** Runs the agent on a test host as the launcher does, under a given shell. */
export class AgentHost {
    constructor(
        readonly host: TestHost,
        private readonly shell: string,
    ) {}

    apply(
        settings: Record<string, string>,
        { name = "shop-prod-web", formers = [] as string[], ...options }: Partial<ApplyRequest> = {},
    ): Promise<CommandResult> {
        return this.send("apply", requestOf(settings, name, formers, options), applySeconds(options.verify));
    }

    restore(settings: Record<string, string>, name = "shop-prod-web"): Promise<CommandResult> {
        return this.send("restore", requestOf(settings, name));
    }

    observe(settings: Record<string, string>, name = "shop-prod-web"): Promise<CommandResult> {
        return this.send("observe", requestOf(settings, name));
    }

    verify(settings: Record<string, string>, limits: Partial<VerifyRequest> = {}): Promise<CommandResult> {
        const name = limits.name ?? "shop-prod-web";
        const request = verifyRequest({ name, dropIn: dropInOf(settings), receipt: "{}", ...limits });
        return this.host.exec(this.under(launchInstalled("verify", name, limits.settleSeconds)), { input: request });
    }

    /** Sends any text as the request. */
    send(verb: "apply" | "restore" | "observe", request: string, seconds?: number): Promise<CommandResult> {
        return this.host.exec(this.launch(verb, seconds), { input: request });
    }

    /** The command that starts the agent, under the shell. */
    launch(...asked: Parameters<typeof launchPacked>): string {
        return this.under(launchPacked(...asked));
    }

    async state(): Promise<HostState> {
        const [values, dropIns, ledgers] = await Promise.all([
            this.host.readSysctls(WATCHED),
            this.host.list("/etc/sysctl.d"),
            this.host.list("/var/lib/tcp-tuning"),
        ]);
        return { values, dropIns, ledgers };
    }

    private under(command: string): string {
        return command.replace("sh -c", `${this.shell} -c`);
    }
}

/** Starts one host whose agent runs under a shell. */
export async function startAgentHost(
    { shell, busybox }: Shell,
    users?: readonly HostUser[],
): Promise<{ agent: AgentHost; hosts: TestHosts }> {
    const hosts = await startHosts({ count: 1, busybox, users });
    return { agent: new AgentHost(hosts.hosts[0]!, shell), hosts };
}

/** A request as the components make it, for settings given as a drop-in's lines. */
export function requestOf(
    settings: Record<string, string>,
    name = "shop-prod-web",
    formers: readonly string[] = [],
    options: Partial<ApplyRequest> = {},
): string {
    return applyRequest({ name, owner: name, dropIn: dropInOf(settings), formers, ...options });
}

/** A drop-in as the agent gets it; a key that starts with `-` is optional, a value with `>= ` or `<= ` a bound. */
export function dropInOf(settings: Record<string, string>): string {
    return Object.entries(settings)
        .map(([key, value]) => `${key} ${/^[<>]= /.test(value) ? value : `= ${value}`}\n`)
        .join("");
}
