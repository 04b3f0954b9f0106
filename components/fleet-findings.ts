import type * as pulumi from "@pulumi/pulumi";
import { written } from "../src/diagnostic";
import { namesOf } from "../src/host-scope";
import { isGone } from "../src/rollout/gone";
import { completeRollout, rolloutProblems } from "../src/rollout/rollout";
import { type Finding, finding, isRecord, isTexts, kindOf, received } from "./argument-findings";
import { argumentNames } from "./argument-names";
import { inputError, tuningFindings } from "./check-args";
import { isLate } from "./connection";
import type { FleetHost } from "./fleet-hosts";
import { takeName } from "./names-on-host";
import { strayFindings } from "./stray-findings";
import type { FleetHostArgs, TcpTuningFleetArgs } from "./tcp-tuning-fleet-args";

/**
 * Checks where the hosts come from: without it there is nothing else to check.
 *
 * @throws InputPropertiesError
 */
export function checkSource(title: string, args: TcpTuningFleetArgs): void {
    const findings = isRecord(args)
        ? sourceFindings(args)
        : [finding("hosts", `received ${kindOf(args)} for all arguments; write { hosts: { web1: { connection } } }`)];
    if (findings.length > 0) {
        throw inputError(title, findings, NO_HOST);
    }
}

const NO_HOST = "no host was touched";

/** A roll-out without the soak that somebody asked for in the wrong place would go on. */
const elsewhere = Object.fromEntries(
    Object.keys(completeRollout()).map((name) => [name, `write rollout: { ${name} }, for the whole fleet`]),
);

/** Arguments that an inventory says of each host itself. */
const ofInventory = ["profile", "parameters", "unlisted", "optional", "accept", "verify", "become"] as const;

function sourceFindings(args: TcpTuningFleetArgs): Finding[] {
    const { hosts, inventory, select } = args;
    if ((hosts === undefined) === (inventory === undefined)) {
        const both = hosts === undefined ? "received neither hosts nor inventory" : "received hosts and inventory";
        return [finding("hosts", `${both}; give one of them`)];
    }
    const beside = inventory === undefined ? [] : ofInventory.filter((name) => args[name] !== undefined);
    return [
        ...beside.map((name) => finding(name, "received one beside an inventory; write it there, under tcp_tuning")),
        ...textFindings({ inventory, select }),
        ...(hosts === undefined ? [] : hostsFindings(hosts)),
    ];
}

function textFindings(texts: Readonly<Record<string, unknown>>): Finding[] {
    return Object.entries(texts).flatMap(([name, value]) =>
        value === undefined || typeof value === "string" ? [] : [finding(name, `${received(value)}; write a text`)],
    );
}

function hostsFindings(hosts: unknown): Finding[] {
    if (!isRecord(hosts)) {
        return [finding("hosts", `received ${kindOf(hosts)}; write an object, such as { web1: { connection } }`)];
    }
    const entries = Object.entries(hosts);
    return entries.length === 0
        ? [
              finding(
                  "hosts",
                  "received no host; a fleet without hosts would restore those it had. Destroy it to do that",
              ),
          ]
        : entries.flatMap(([name, host]) => hostFindings(name, host));
}

function hostFindings(name: string, host: unknown): Finding[] {
    return isRecord(host) ? [] : [finding(`hosts.${name}`, `received ${kindOf(host)}; write { connection }`)];
}

/** What is wrong with how a host is named and reached, beside its tuning. */
function ownFindings(name: string, host: FleetHostArgs | undefined): Finding[] {
    if (host === undefined) {
        return [];
    }
    const path = `hosts.${name}`;
    const { aliases = [], connection } = host;
    return [
        ...strayFindings({ ...host }, argumentNames.host, { path: `${path}.`, elsewhere }),
        ...(connection == null
            ? [finding(`${path}.connection`, "received none, so the host would not be reached")]
            : []),
        ...(isTexts(aliases)
            ? []
            : [finding(`${path}.aliases`, `${received(aliases)}; write the host's former names, such as ["web1"]`)]),
    ];
}

function rolloutFindings(rollout: unknown): Finding[] {
    return rolloutProblems(rollout).map(({ name, reason }) =>
        finding(name === "" ? "rollout" : `rollout.${name}`, reason),
    );
}

function goneFindings(gone: unknown): Finding[] {
    return gone === undefined || isTexts(gone)
        ? []
        : [finding("gone", `${received(gone)}; write names or addresses of hosts that are no more, such as ["web3"]`)];
}

/**
 * Checks all arguments; what is wrong with several hosts is told once.
 *
 * @throws InputPropertiesError with everything that is known to be wrong already
 */
export function checkFleet(
    title: string,
    args: TcpTuningFleetArgs,
    hosts: readonly FleetHost[],
    nameOnHost: (host: string) => string,
): void {
    const found = new Map<string, { readonly path: string; readonly hosts: string[] }>();
    const named = new Map<string, string>();
    for (const { name, access, tuning } of hosts) {
        const findings = [
            ...nameFindings(title, name, named, nameOnHost),
            ...ownFindings(name, args.hosts?.[name]),
            ...tuningFindings({ ...tuning, ...access }).filter(
                ({ propertyPath }) => propertyPath !== "connection" || access.connection != null,
            ),
        ];
        for (const { propertyPath, reason } of findings) {
            const known = found.get(reason) ?? { path: propertyPath, hosts: [] };
            found.set(reason, known);
            known.hosts.push(name);
        }
    }
    const all = [
        ...strayFindings({ ...args }, argumentNames.fleet, { elsewhere }),
        ...rolloutFindings(args.rollout),
        ...goneFindings(args.gone),
        ...[...found].map((entry) => grouped(entry, hosts.length)),
    ];
    if (all.length > 0) {
        throw inputError(title, all, NO_HOST);
    }
}

/** @param named The hosts so far, by their NAMEs on the host. */
function nameFindings(
    title: string,
    host: string,
    named: Map<string, string>,
    nameOnHost: (host: string) => string,
): Finding[] {
    const path = `hosts.${host}`;
    if (!/^\S+$/.test(host)) {
        return [finding(path, `received the name ${written(host)}; write one without blanks`)];
    }
    try {
        const name = nameOnHost(host);
        const other = named.get(name) ?? takeName(name, title);
        named.set(name, host);
        return other === undefined
            ? []
            : [
                  finding(
                      path,
                      `its name on the host would be ${name}, as that of ${other}; give one of them another name`,
                  ),
              ];
    } catch (error) {
        return [finding(path, (error as Error).message)];
    }
}

/**
 * Hosts that have one address: their tunings would own each other's keys, unless they are of different keys.
 *
 * @returns a sentence for each address
 */
export function sameAddresses(hosts: readonly FleetHost[]): string[] {
    const byAddress = Map.groupBy(hosts, ({ access: { connection } }) =>
        isLate(connection) || isLate(connection.proxy) || [connection.host, connection.port].some(isLate)
            ? undefined
            : written([connection.host, connection.port ?? 22, connection.proxy?.host]),
    );
    return [...byAddress].flatMap(([address, alike]) =>
        address === undefined || alike.length === 1
            ? []
            : [
                  `${namesOf(alike.map(({ name }) => name))}: have one address, ${(JSON.parse(address) as string[])[0]}; a key ` +
                      "that several of them set is refused on the host. Give each host once, with its own address",
              ],
    );
}

/**
 * Hosts that are said to be gone, and are in the fleet all the same: nobody would restore them.
 *
 * @returns a sentence, if there are any
 */
export function goneMembers(hosts: readonly FleetHost[], gone: readonly string[] = []): string[] {
    const named = hosts.filter(({ name, access: { connection } }) =>
        isGone(name, isLate(connection) ? undefined : (connection.host as string), gone),
    );
    return named.length === 0
        ? []
        : [
              `gone names hosts that are in the fleet, ${namesOf(named.map(({ name }) => name))}: they are tuned, and would not be ` +
                  "restored when they leave. Take them out of the fleet or out of gone",
          ];
}

function grouped(
    [reason, { path, hosts }]: [string, { readonly path: string; readonly hosts: readonly string[] }],
    all: number,
): pulumi.InputPropertyErrorDetails {
    return hosts.length === all && all > 1
        ? { propertyPath: path, reason: `all ${all} hosts: ${reason}` }
        : { propertyPath: `hosts.${hosts[0]}.${path}`, reason: `${namesOf(hosts)}: ${reason}` };
}
