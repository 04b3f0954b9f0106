import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { ownerOf, tokenOf } from "../src/agent/request";
import { nameOf, renderDropIn } from "../src/drop-in";
import { tellStatuses } from "../src/fleet";
import { packedAgent } from "../src/generated/agent";
import { namesOf } from "../src/host-scope";
import { type HostReport, parseReport, summarise } from "../src/report";
import { EVERY_HOST, interpreter, KEEP, keyMaker, RESTORE } from "../src/rollout/launcher";
import { unpackMemory } from "../src/rollout/memory";
import { planner } from "../src/rollout/plan";
import { type HostRequest, requestText } from "../src/rollout/request";
import { completeRollout } from "../src/rollout/rollout";
import { FLEET } from "../src/tuning-inputs";
import { type Outcome, resolveArgs, tellLateMistakes, tellLatePassword } from "./check-args";
import { asSecret, hostOf, isLate, pinnedConnection } from "./connection";
import { type Asked, type Drifted, driftTransform } from "./drift";
import { checkFleet, checkSource, goneMembers, sameAddresses } from "./fleet-findings";
import { type FleetHost, namedHosts } from "./fleet-hosts";
import {
    hostRequestOf,
    memberOf,
    type OrderedHost,
    planStdin,
    rolloutOf,
    rolloutStdin,
    rosterOf,
    rosterStdin,
} from "./fleet-rollout";
import { inventoryHosts } from "./inventory-hosts";
import { logWarnings, publicInputs, settingsInWords } from "./public-inputs";
import { textOf } from "./rendered";
import { type AppliedTuning, isObserved } from "./tcp-tuning";
import type { FleetTuningArgs, TcpTuningFleetArgs } from "./tcp-tuning-fleet-args";

/** What a fleet says of one of its hosts; a verification and `readmeOf` take it like a `TcpTuning`. */
export interface TunedHost {
    /** The sysctl.d drop-in, as in `TcpTuning`. */
    readonly dropIn: pulumi.Output<string>;
    /** The resolved parameters: key to canonical value, or to `at least 4096`. */
    readonly settings: pulumi.Output<Record<string, string>>;
    /** What its verification found; undefined with `verify: false`. */
    readonly report?: pulumi.Output<HostReport>;
    /** The report in one line. */
    readonly summary?: pulumi.Output<string>;
    /** What further verifications need. */
    readonly applied: AppliedTuning;
}

/** Hosts of which the same is said, and what that comes to. */
interface Group {
    readonly tuning: FleetTuningArgs;
    readonly hosts: FleetHost[];
    readonly outcome: pulumi.Output<Outcome>;
}

/**
 * TCP parameters of many Linux hosts: checked before a host is touched, and rolled out in waves by one process, which applies
 * and verifies over one connection a host. A wave begins when every host of the one before was verified; a host that fails is
 * put back, and `pulumi up` fails and says what has become of each. The next `up` goes on from there.
 *
 * The state has four resources, however many hosts there are. A host that leaves is restored before anything else is done.
 *
 * @throws InputPropertiesError with every finding about the arguments, before anything is registered
 * @throws RunError with everything that is wrong with the inventory
 */
export class TcpTuningFleet extends pulumi.ComponentResource {
    /** The hosts by name. */
    public readonly hosts: Readonly<Record<string, TunedHost>>;
    /** Host to what its verification found. */
    public readonly reports: pulumi.Output<Record<string, HostReport>>;
    /** `2 overridden at the next boot, 38 as wanted` */
    public readonly summary: pulumi.Output<string>;

    /**
     * @param name The resource's name.
     * @param args What to tune, which hosts, and how they are taken.
     * @param opts Pulumi's own.
     * @throws InputPropertiesError with every finding about the arguments, before anything is registered
     */
    public constructor(name: string, args: TcpTuningFleetArgs, opts: pulumi.ComponentResourceOptions = {}) {
        const title = `TcpTuningFleet "${name}"`;
        checkSource(title, args);
        const rollout = completeRollout(args.rollout);
        const hosts = args.inventory === undefined ? namedHosts(title, args) : inventoryHosts(args.inventory, args);
        const identity = [pulumi.getProject(), pulumi.getStack()] as const;
        const nameOnHost = (host: string) => nameOf(...identity, host);
        checkFleet(title, args, hosts, nameOnHost);
        const groups = groupsOf(title, hosts);
        super(FLEET, name, { tunings: groups.map(publicTuning), rollout, gone: args.gone }, opts);

        // A promise: as an Output it would make the commands wait for the component's children, themselves among them.
        const urn = new Promise<string>((resolve) => this.urn.apply(resolve));
        const outcomes = new Map(groups.flatMap((group) => group.hosts.map((host) => [host, group.outcome] as const)));
        groups.forEach((group) => this.tellFindings(group));
        goneMembers(hosts, args.gone).forEach((text) => void pulumi.log.warn(text, this));
        sameAddresses(hosts).forEach((text) => void pulumi.log.warn(text, this));
        const ordered = hosts.map((host): OrderedHost => {
            tellLate(host, this);
            return {
                ...host,
                onHost: { name: nameOnHost(host.name), owner: ownerOf(...identity, host.name) },
                formers: host.aliases.map(nameOnHost),
                resource: urn.then((text) => tokenOf(`${text}\n${host.name}`)),
                connection: pinnedConnection(host.access.connection, host.access),
                becomePassword: asSecret(host.access.becomePassword),
                outcome: outcomes.get(host) as pulumi.Output<Outcome>,
            };
        });
        const requests = ordered.map((host) => hostRequestOf(host, rollout));
        const asked = rolloutOf(ordered, requests, rollout);
        const members = rosterOf(
            asked,
            ordered.map((host) => memberOf(host, args.gone)),
            args.gone,
        );
        const plan = this.plan(name, planStdin(asked, members));
        const roster = this.roster(name, rosterStdin(members, this.key(name), `${name}-hosts`), plan);
        const observed = ordered.flatMap((host, index) =>
            isObserved(host.tuning) ? [askedOf(host, requests[index] as pulumi.Output<HostRequest>)] : [],
        );
        const { stdout } = new command.local.Command(
            `${name}-rollout`,
            {
                interpreter: [...interpreter],
                create: "create",
                update: "update",
                stdin: rolloutStdin(asked, plan.stdout, roster.stdout),
                logging: "stderr",
            },
            {
                parent: this,
                dependsOn: [roster],
                hideDiffs: ["stdin", "stdout", "stderr"],
                ...(observed.length > 0
                    ? { transforms: [driftTransform(this, observed, mendingDrift)] }
                    : { ignoreChanges: ["update"] }),
            },
        );
        const memory = pulumi.unsecret(stdout).apply(verifiedHosts);
        this.hosts = Object.fromEntries(ordered.map((host) => [host.name, tunedHost(host, memory)]));
        this.reports = memory.apply(reportsOf);
        this.summary = memory.apply(summaryOf);
        this.registerOutputs({ summary: this.summary });
    }

    /** Seals what is passed on from one run to the next. */
    private key(fleet: string): pulumi.Output<string> {
        const { stdout } = new command.local.Command(
            `${fleet}-key`,
            { interpreter: [...keyMaker], create: "key", logging: "none" },
            { parent: this, additionalSecretOutputs: ["stdout"] },
        );
        return stdout;
    }

    /** What is stored before anything is done, so that the state knows of what did not end well. */
    private plan(fleet: string, stdin: pulumi.Output<string>): command.local.Command {
        return new command.local.Command(
            `${fleet}-plan`,
            { interpreter: [...planner], create: "plan", stdin, logging: "none" },
            { parent: this, hideDiffs: ["stdin", "stdout"] },
        );
    }

    /** Which hosts there are, stored before a roll-out, so that each is restored that leaves, or when all is deleted. */
    private roster(fleet: string, stdin: pulumi.Output<string>, plan: pulumi.Resource): command.local.Command {
        return new command.local.Command(
            `${fleet}-hosts`,
            {
                interpreter: [...interpreter],
                create: KEEP,
                update: KEEP,
                delete: RESTORE,
                stdin,
                logging: "stderr",
            },
            {
                parent: this,
                dependsOn: [plan],
                // Deleted after the roll-out, it would restore what that has tuned.
                deleteBeforeReplace: true,
                hideDiffs: ["stdin", "stdout", "stderr"],
            },
        );
    }

    private tellFindings({ tuning, hosts, outcome }: Group): void {
        const scope = `${namesOf(hosts.map(({ name }) => name))}: `;
        const { insecureIgnoreHostKey } = hosts[0]?.access ?? {};
        outcome.apply(({ diagnostics, refusal }) => {
            if (refusal !== undefined) {
                void pulumi.log.error(refusal, this);
            }
            logWarnings(diagnostics, { ...tuning, insecureIgnoreHostKey }, this, scope);
        });
    }
}

/** Together are the hosts of which the same is said, the check of their keys included. */
function groupsOf(title: string, hosts: readonly FleetHost[]): readonly Group[] {
    const byTuning = [...Map.groupBy(hosts, ({ tuning }) => tuning)];
    return byTuning.flatMap(([tuning, alike]) => {
        const outcome = resolveArgs(`${title}, ${namesOf(alike.map(({ name }) => name))}`, tuning);
        const byCheck = Map.groupBy(alike, ({ access }) => Boolean(access.insecureIgnoreHostKey));
        return [...byCheck.values()].map((group) => ({ tuning, outcome, hosts: group }));
    });
}

/** What policies and a preview's diff may see: the hosts with their addresses, and what they have in common. */
function publicTuning({ tuning, hosts, outcome }: Group): pulumi.Inputs {
    const addresses = hosts.map(({ name, access }) => [name, hostOf(access.connection)] as const);
    const { insecureIgnoreHostKey } = hosts[0]?.access ?? {};
    const settings = outcome.apply((resolved) => settingsInWords(resolved.settings));
    const renamed = hosts
        .filter(({ aliases }) => aliases.length > 0)
        .map(({ name, aliases }) => [name, aliases] as const);
    return {
        hosts: Object.fromEntries(addresses),
        aliases: renamed.length > 0 ? Object.fromEntries(renamed) : undefined,
        restore: tuning.restore === "leave" ? "leave" : undefined,
        ...publicInputs({ ...tuning, insecureIgnoreHostKey }, settings),
    };
}

function tellLate({ name, access }: FleetHost, fleet: pulumi.Resource): void {
    const { connection, becomePassword } = access;
    tellLatePassword(becomePassword, fleet, `hosts.${name}.becomePassword`);
    if (isLate(connection) || Object.values(connection).some(isLate)) {
        tellLateMistakes(connection, fleet, `hosts.${name}.connection`);
    }
}

/** Of more hosts than these every one is asked: the command is printed with a failure. */
const MOST_DRIFTED = 10;

function mendingDrift(drifted: readonly Drifted[], token: string): string {
    const names = drifted.length > MOST_DRIFTED ? [EVERY_HOST] : drifted.map(({ name = EVERY_HOST }) => name);
    return ["update", token, ...names].join(" ");
}

function askedOf({ name, connection, outcome }: OrderedHost, request: pulumi.Output<HostRequest>): Asked {
    return { name, connection, outcome, request: request.apply((known) => requestText(known, packedAgent)) };
}

/** What is remembered of a host, with its report read. */
interface VerifiedHost {
    readonly id: string;
    /** @default not verified */
    readonly report?: HostReport;
}

type Hosts = Readonly<Record<string, VerifiedHost>>;

function verifiedHosts(text: string): Hosts {
    const hosts = Object.entries(unpackMemory(text)?.hosts ?? {});
    return Object.fromEntries(
        hosts.map(([name, { id, report }]) => [
            name,
            { id, report: report === undefined ? undefined : parseReport(report) },
        ]),
    );
}

function tunedHost(host: OrderedHost, memory: pulumi.Output<Hosts>): TunedHost {
    const { name, onHost, access, tuning, connection, outcome, becomePassword } = host;
    const { become } = access;
    const { onOverride } = tuning;
    const dropIn = outcome.apply(({ refusal, settings }) =>
        textOf(refusal === undefined ? { text: renderDropIn(onHost.name, settings) } : { text: "", refusal }),
    );
    const settings = outcome.apply((resolved) => settingsInWords(resolved.settings));
    const remembered = memory.apply((hosts) => hosts[name]);
    // Another one after every change that was made on the host.
    const receipt = remembered.apply((found) => `${found?.id} ${found?.report?.generation ?? 0}`);
    const applied: AppliedTuning = { name: onHost.name, connection, become, becomePassword, onOverride, receipt };
    if (tuning.verify === false) {
        return { dropIn, settings, applied };
    }
    const report = remembered.apply((found) => found?.report);
    const summary = report.apply((found) => (found === undefined ? "" : summarise(found)));
    return { dropIn, settings, applied, report: report as pulumi.Output<HostReport>, summary };
}

function summaryOf(hosts: Hosts): string {
    const reports = Object.entries(reportsOf(hosts)).map(([name, report]) => ({ name, report }));
    const unverified = Object.keys(hosts).length - reports.length;
    const parts = [tellStatuses(reports), unverified > 0 ? `${unverified} applied, not verified` : ""];
    return parts.filter((part) => part !== "").join(", ");
}

function reportsOf(hosts: Hosts): Record<string, HostReport> {
    return Object.fromEntries(
        Object.entries(hosts).flatMap(([name, { report }]) => (report === undefined ? [] : [[name, report] as const])),
    );
}
