import { isDeepStrictEqual } from "node:util";
import {
    hostsOfFleet,
    isResource,
    isRollout,
    isSecret,
    isTuning,
    isVerification,
    nameOnHost,
    resourceName,
    type Secret,
    type StateHost,
    type StateResource,
} from "./pulumi-state";
import { isBrokenReport, isBrokenRollout, isMaybeReport, jsonIn, readReport } from "./read-report";
import type { HostReport } from "./report";
import { type Memory, unpackMemory } from "./rollout/memory";
import { parsePlan } from "./rollout/plan";

/** The reports in a stack's outputs, in its state, or in what agents printed. */
export interface FoundReports {
    /** One of each tuning on each host: of several the one verified last, then the newest generation, then the last. */
    readonly reports: readonly HostReport[];
    /** Names of tunings of which another report was left out for it, each once. */
    readonly replaced: readonly string[];
    /** Tunings of a state, and hosts of its fleets, without a report that could be read. */
    readonly unknown: readonly UnknownTuning[];
    /** Reports that cannot be read: where each stands, and why. */
    readonly unreadable: readonly string[];
    /** Where values stand that are secret, and so are not looked into. */
    readonly secrets: readonly string[];
}

/** A tuning, or a host of a fleet, of which nothing is known. */
export interface UnknownTuning {
    /** As the program calls it. */
    readonly name: string;
    readonly why: string;
}

/** `pulumi stack output --json` writes this for a secret. */
const SECRET = "[secret]";
/** Outputs and states are not that deep; what is comes from somewhere else. */
const DEEPEST = 100;

/** Where a value stands. */
interface Place {
    /** From the document, or from the resource of a state that it belongs to. */
    readonly path: readonly string[];
    readonly depth: number;
    readonly resource?: StateResource;
    /** One of a fleet. */
    readonly host?: string;
}

/**
 * Finds every report in a JSON document: as an object, as rows, or as the text that the agent printed, which is what
 * stands in a stack's state; those of a fleet are packed there. Those from before a roll-out that did not end well are not
 * reports any more, since nobody knows what it did.
 */
export function findReports(document: unknown): FoundReports {
    const search = new Search();
    search.look(document, { path: [], depth: 0 });
    const { unreadable, secrets } = search;
    const current = currentOf(search);
    return { ...latestOf(current), unknown: unknownOf(search, current), unreadable, secrets };
}

/** A report, and where it stands. */
interface Found {
    readonly report: HostReport;
    readonly place: Place;
}

/** What was found so far. */
class Search {
    readonly found: Found[] = [];
    readonly unreadable: string[] = [];
    readonly secrets: string[] = [];
    /** Tunings of a state, by URN. */
    readonly tunings = new Map<string, StateResource>();
    readonly hosts: StateHost[] = [];
    /** Those of which a report was left out, by URN; of a fleet also by its URN and the host. */
    readonly leftOut = new Set<string | undefined>();
    /** Tokens by the URN of a fleet: of its last plan, and of the last one that was rolled out. */
    private readonly planned = new Map<string, string>();
    private readonly rolledOut = new Map<string, string | undefined>();

    /** True where the last roll-out of a fleet failed, or was interrupted. */
    hasFailed(fleet = ""): boolean {
        const isRead = this.planned.has(fleet) && !this.leftOut.has(fleet);
        return isRead && this.planned.get(fleet) !== this.rolledOut.get(fleet);
    }

    look(value: unknown, place: Place): void {
        if (value === SECRET) {
            this.leave(this.secrets, place);
        } else if (typeof value === "string") {
            this.lookIntoText(value, place);
        } else if (isSecret(value)) {
            this.lookIntoSecret(value, place);
        } else if (isMaybeReport(value)) {
            this.take(readReport(value), place);
        } else if (typeof value === "object" && value !== null && place.depth < DEEPEST) {
            this.lookInside(value, place);
        }
    }

    private lookIntoText(text: string, place: Place): void {
        const [memory, json] = [unpackMemory(text), jsonIn(text)];
        this.lookForToken(text, memory, place);
        if (memory !== undefined) {
            for (const [host, { report }] of Object.entries(memory.hosts)) {
                this.look(report, { ...place, path: [...place.path, host], host });
            }
        } else if (json !== undefined) {
            this.look(json, { ...place, depth: place.depth + 1 });
        } else if (isBrokenRollout(text)) {
            this.take("the reports of a roll-out that were cut off, or that another version packed", place);
        } else if (isBrokenReport(text)) {
            this.take("a report that is cut off, or has other text around it", place);
        }
    }

    private lookForToken(text: string, memory: Memory | undefined, { resource }: Place): void {
        if (resource?.parent === undefined || resource.delete || !isRollout(resource)) {
            return;
        }
        const plan = parsePlan(text);
        if (plan !== undefined) {
            this.planned.set(resource.parent, plan.token);
        } else if (memory !== undefined) {
            this.rolledOut.set(resource.parent, memory.token);
        }
    }

    private lookIntoSecret({ plaintext }: Secret, place: Place): void {
        if (typeof plaintext === "string") {
            this.lookIntoText(plaintext, place);
        } else if (mayHaveReport(place)) {
            this.leave(this.secrets, place);
        }
    }

    private lookInside(value: object, place: Place): void {
        const resource = isResource(value) ? value : undefined;
        if (resource !== undefined && isTuning(resource)) {
            this.tunings.set(resource.urn, resource);
        }
        this.hosts.push(...(resource === undefined ? [] : hostsOfFleet(resource)));
        const path = resource === undefined ? place.path : [resourceName(resource)];
        for (const [name, part] of Object.entries(value)) {
            const inside = { path: [...path, name], depth: place.depth + 1, resource: resource ?? place.resource };
            this.look(part, inside);
        }
    }

    /** @param report or why it is none */
    private take(report: HostReport | string, place: Place): void {
        if (typeof report === "string") {
            this.leave(this.unreadable, place, `: ${report}`);
        } else {
            this.found.push({ report, place });
        }
    }

    private leave(list: string[], place: Place, why = ""): void {
        list.push(`${tell(place)}${why}`);
        const parent = place.resource?.parent;
        this.leftOut.add(place.host === undefined ? parent : hostId(parent, place.host));
    }
}

/** What could not be shown, and what to do about it. */
export function tellLeftOut({ unreadable, secrets }: FoundReports): readonly string[] {
    return secrets.length === 0
        ? unreadable
        : [...unreadable, `what is secret: ${secrets.join(", ")}; ${SHOW_SECRETS}`];
}

const SHOW_SECRETS = "add --show-secrets to pulumi stack output --json, or to pulumi stack export";

function tell({ path }: Place): string {
    return path.join(".") || "the document";
}

/** In a state, connections and passwords are encrypted as well; a report is only what a verification, or a roll-out, printed. */
function mayHaveReport({ path, resource }: Place): boolean {
    return (
        resource === undefined ||
        ((isVerification(resource) || isRollout(resource)) && path.slice(1).join(".") === "outputs.stdout")
    );
}

function hostId(fleet: string | undefined, host: string): string {
    return `${fleet} ${host}`;
}

const LEFT_OUT = "its report was left out";

function unknownOf(search: Search, reports: readonly HostReport[]): readonly UnknownTuning[] {
    const { tunings, hosts, leftOut } = search;
    const known = new Set<string | undefined>(reports.map(({ name }) => name));
    const ofTunings = [...tunings.values()]
        .filter((tuning) => !known.has(nameOnHost(tuning)))
        .map((tuning) => ({
            name: resourceName(tuning),
            why: leftOut.has(tuning.urn) ? LEFT_OUT : whyUnknown(tuning.inputs),
        }));
    const ofFleets = hosts
        .filter(({ name, fleet }) => !known.has(nameOnHost(fleet, name)))
        .map(({ name, fleet, verify }) => {
            const isLeftOut = leftOut.has(fleet.urn) || leftOut.has(hostId(fleet.urn, name));
            const why = isLeftOut ? LEFT_OUT : whyUnknown({ verify });
            return { name, why: search.hasFailed(fleet.urn) ? whyFailed(fleet) : why };
        });
    return [...ofTunings, ...ofFleets];
}

function whyFailed(fleet: StateResource): string {
    return `the last roll-out of ${resourceName(fleet)} failed or was interrupted, and nothing is known since; run pulumi up`;
}

function whyUnknown(inputs: StateResource["inputs"] = {}): string {
    return inputs["verify"] === false
        ? "not verified, since its program says verify: false"
        : inputs["delivery"] === "user-data"
          ? "not verified over SSH: user data or Systems Manager delivers it, and each instance has its own report.json"
          : "no verification has succeeded yet, as far as the state says";
}

/** All but the former ones, and what is no newer than these: a stack's outputs have the same once more. */
function currentOf(search: Search): readonly HostReport[] {
    const isFormer = formerIn(search);
    const formers = new Map<string, HostReport[]>();
    const idOf = ({ name, host }: HostReport) => JSON.stringify([name, host]);
    for (const { report } of search.found.filter(isFormer)) {
        formers.set(idOf(report), [...(formers.get(idOf(report)) ?? []), report]);
    }
    return search.found
        .filter((each) => !isFormer(each))
        .map(({ report }) => report)
        .filter((report) => (formers.get(idOf(report)) ?? []).every((former) => isLater(report, former)));
}

/** True of what a state has from before a roll-out that failed. */
function formerIn(search: Search): (found: Found) => boolean {
    const failed = search.hosts.filter(({ fleet }) => search.hasFailed(fleet.urn));
    const names = new Set<string | undefined>(failed.map(({ name, fleet }) => nameOnHost(fleet, name)));
    return ({ report, place: { resource } }) =>
        resource !== undefined &&
        !isVerification(resource) &&
        (search.hasFailed(resource.parent) || names.has(report.name));
}

function latestOf(reports: readonly HostReport[]): Pick<FoundReports, "reports" | "replaced"> {
    const latest = new Map<string, HostReport>();
    const replaced = new Set<string>();
    for (const report of reports) {
        // The boot as well: instances of one launch template may have one name and one host name.
        const id = JSON.stringify([report.name, report.host, report.boot]);
        const former = latest.get(id);
        if (former !== undefined && !isSame(former, report)) {
            replaced.add(report.name);
        }
        if (former === undefined || !isLater(former, report)) {
            latest.set(id, report);
        }
    }
    return { reports: [...latest.values()], replaced: [...replaced] };
}

/** The engine sorts the keys of outputs, and leaves out what is undefined. */
function isSame(...reports: readonly [HostReport, HostReport]): boolean {
    const [a, b] = reports.map((report) => JSON.parse(JSON.stringify(report)) as unknown);
    return isDeepStrictEqual(a, b);
}

/** By one host's clock, so the times can be compared; as text, since all have one form. */
function isLater(a: HostReport, b: HostReport): boolean {
    return a.verifiedAt === b.verifiedAt ? a.generation > b.generation : a.verifiedAt > b.verifiedAt;
}
