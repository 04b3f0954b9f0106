import type * as pulumi from "@pulumi/pulumi";
import { written } from "../src/diagnostic";
import { namesOf } from "../src/host-scope";
import { rolloutProblems } from "../src/rollout/rollout";
import { type Finding, finding, isRecord, received } from "./argument-findings";
import { inputError, tuningFindings } from "./check-args";
import type { FleetHost } from "./fleet-hosts";
import type { TcpTuningFleetArgs } from "./tcp-tuning-fleet-args";

/**
 * Checks the arguments that name no host.
 *
 * @throws InputPropertiesError
 */
export function checkFleet(title: string, args: TcpTuningFleetArgs): void {
    const findings = [...sourceFindings(args), ...rolloutFindings(args.rollout)];
    if (findings.length > 0) {
        throw inputError(title, findings, NO_HOST);
    }
}

const NO_HOST = "no host was touched";

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
        return [finding("hosts", `${received(hosts)}; write an object, such as { web1: { connection } }`)];
    }
    const entries = Object.entries(hosts);
    return entries.length === 0
        ? [
              finding(
                  "hosts",
                  "received no host; a fleet without hosts would restore those it had. Destroy it to do that",
              ),
          ]
        : entries.flatMap(([name, host]) =>
              isRecord(host) ? [] : [finding(`hosts.${name}`, `${received(host)}; write { connection }`)],
          );
}

function rolloutFindings(rollout: unknown): Finding[] {
    return rolloutProblems(rollout).map(({ name, reason }) =>
        finding(name === "" ? "rollout" : `rollout.${name}`, reason),
    );
}

/**
 * Checks every host; what is wrong with several of them is told once.
 *
 * @throws InputPropertiesError with everything that is known to be wrong already
 */
export function checkHosts(title: string, hosts: readonly FleetHost[], nameOnHost: (host: string) => string): void {
    const found = new Map<string, { readonly path: string; readonly hosts: string[] }>();
    const note = (host: string, { propertyPath, reason }: Finding) => {
        const known = found.get(reason) ?? { path: propertyPath, hosts: [] };
        found.set(reason, known);
        known.hosts.push(host);
    };
    for (const { name, access, tuning } of hosts) {
        for (const each of [...nameFindings(name, nameOnHost), ...tuningFindings({ ...tuning, ...access })]) {
            note(name, each);
        }
    }
    if (found.size > 0) {
        throw inputError(
            title,
            [...found].map((entry) => grouped(entry, hosts.length)),
            NO_HOST,
        );
    }
}

function nameFindings(host: string, nameOnHost: (host: string) => string): Finding[] {
    if (/\s/.test(host)) {
        return [finding(`hosts.${host}`, `received the name ${written(host)}; write one without blanks`)];
    }
    try {
        nameOnHost(host);
        return [];
    } catch (error) {
        return [finding(`hosts.${host}`, (error as Error).message)];
    }
}

function grouped(
    [reason, { path, hosts }]: [string, { readonly path: string; readonly hosts: readonly string[] }],
    all: number,
): pulumi.InputPropertyErrorDetails {
    return hosts.length === all && all > 1
        ? { propertyPath: path, reason: `all ${all} hosts: ${reason}` }
        : { propertyPath: `hosts.${hosts[0]}.${path}`, reason: `${namesOf(hosts)}: ${reason}` };
}
