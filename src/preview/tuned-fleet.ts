import { isDeepStrictEqual } from "node:util";
import { isSecret } from "../pulumi-state";
import type { HostReport } from "../report";
import { isGone } from "../rollout/gone";
import { type RememberedHost, unpackMemory } from "../rollout/memory";
import { FLEET, type FleetInputs, type TuningInputs } from "../tuning-inputs";
import { nameOfUrn, type Preview, type ResourceState, type Step, typeOfUrn } from "./engine";
import { type Family, familiesOf } from "./family";
import { type Arrival, readPrinted, type Tuned } from "./tuned";

/** The hosts of every `TcpTuningFleet`, and those fleets of whose roll-out nothing more is known. */
export interface FleetsPreview {
    readonly tunings: readonly Tuned[];
    /** Names of fleets that are rolled out again, though nothing is to be told of any host. */
    readonly rolledOut: readonly string[];
}

export function fleetsOf(preview: Preview): FleetsPreview {
    const fleets = familiesOf(preview, FLEET).map((family) => {
        const rollout = rolloutOf(family);
        const tunings = hostsOf(family, rollout);
        const isUntold = isRun(rollout) && !tunings.some(isTold);
        return { tunings, rolledOut: isUntold ? [family.name] : [] };
    });
    return {
        tunings: fleets.flatMap(({ tunings }) => tunings),
        rolledOut: fleets.flatMap(({ rolledOut }) => rolledOut),
    };
}

function rolloutOf({ name, commands }: Family): Step | undefined {
    return commands.find(
        ({ urn }) => typeOfUrn(urn) === "command:local:Command" && nameOfUrn(urn) === `${name}-rollout`,
    );
}

function isRun(rollout: Step | undefined): boolean {
    return rollout?.op === "create" || rollout?.op === "update";
}

/** True where something would change, as far as can be told. */
function isTold({ before, after, arrival, leaves, isApplied, drift }: Tuned): boolean {
    const isSame = isDeepStrictEqual(before?.settings, after?.settings);
    return !isSame || arrival !== undefined || leaves !== undefined || isApplied || drift !== undefined;
}

function hostsOf({ step, drifts }: Family, rollout: Step | undefined): Tuned[] {
    const [before, after] = [membersOf(step?.before), membersOf(step?.after)];
    // A former name that another host of the fleet has is that host's.
    const namesOf = (host: string) => [
        host,
        ...(after.get(host)?.formers ?? []).filter((former) => !after.has(former)),
    ];
    const staying = new Set([...after.keys()].flatMap(namesOf));
    const drifted = new Map(drifts.map((drift) => [drift.host ?? "", drift]));
    const memory = memoryOf(rollout);
    const leaving = [...before.keys()].filter((host) => !staying.has(host));
    return [...new Set([...leaving, ...after.keys(), ...drifted.keys()])].map((host) => {
        const [was, will] = [firstOf(namesOf(host), (name) => before.get(name)), after.get(host)];
        const remembered = firstOf(namesOf(host), (name) => memory?.[name]);
        const isUnreached = memory !== undefined && remembered === undefined;
        const report = readPrinted(remembered?.report);
        const had = isUnreached ? undefined : asVerified(was?.tuning, report);
        const arrival = arrivalOf(was, will);
        const isLeaving = was !== undefined && will === undefined;
        return {
            host,
            before: had,
            after: will?.tuning,
            arrival: arrival ?? (isUnreached && !isLeaving ? "no roll-out has reached it yet" : undefined),
            leaves: isLeaving ? leftAs(was, step) : undefined,
            isFormerLeft: arrival === "moved to another host" && leftAs(was!, step) === "tuned",
            isApplied: isRun(rollout) && isOtherRequest(had, will?.tuning),
            report,
            drift: drifted.get(host),
        };
    });
}

/** A host as a fleet's inputs have it. */
interface Member {
    readonly name: string;
    readonly address: string;
    /** Names that it had before. */
    readonly formers: readonly string[];
    /** The same object for all hosts of which the same is said. */
    readonly tuning: FleetInputs["tunings"][number];
}

function membersOf(state: ResourceState | undefined): ReadonlyMap<string, Member> {
    const { tunings } = (state?.inputs ?? {}) as Partial<FleetInputs>;
    const known = Array.isArray(tunings) ? (tunings as FleetInputs["tunings"]) : [];
    const members = known.flatMap((tuning) =>
        Object.entries(tuning.hosts ?? {}).map(([name, address]) => ({
            name,
            address,
            formers: tuning.aliases?.[name] ?? [],
            tuning,
        })),
    );
    return new Map(members.map((member) => [member.name, member]));
}

function firstOf<T>(names: readonly string[], get: (name: string) => T | undefined): T | undefined {
    return names.map(get).find((found) => found !== undefined);
}

function arrivalOf(was: Member | undefined, will: Member | undefined): Arrival | undefined {
    if (was === undefined || will === undefined) {
        return will && "new host";
    }
    return isDeepStrictEqual(was.address, will.address) ? undefined : "moved to another host";
}

/** What the fleet does to a host that is not its own any more. */
function leftAs({ name, address, tuning }: Member, fleet: Step | undefined): "restored" | "tuned" {
    const { gone = [] } = (fleet?.after?.inputs ?? {}) as Partial<FleetInputs>;
    const isRetained = fleet?.op === "delete" && fleet.before?.retainOnDelete === true;
    return tuning.restore === "leave" || isGone(name, address, gone) || isRetained ? "tuned" : "restored";
}

/** The hosts that the last roll-outs reached; undefined where that is not known. */
function memoryOf(rollout: Step | undefined): Readonly<Record<string, RememberedHost>> | undefined {
    const printed = rollout?.before?.outputs?.["stdout"];
    return rollout?.op === "create" ? {} : typeof printed === "string" ? unpackMemory(printed)?.hosts : undefined;
}

/** A fleet's inputs are those of its last program; a roll-out that stopped left hosts with the settings of an earlier one. */
function asVerified(inputs: TuningInputs | undefined, report: HostReport | undefined): TuningInputs | undefined {
    if (inputs === undefined || report === undefined || isSecret(inputs.settings)) {
        return inputs;
    }
    const keys = Object.entries(report.keys);
    const isSame =
        keys.length === Object.keys(inputs.settings).length &&
        keys.every(([key, { wanted, bound, computed }]) => {
            const words = inputs.settings[key];
            return words === wanted || (words !== undefined && (bound ?? computed) !== undefined);
        });
    const settings = Object.fromEntries(keys.map(([key, { wanted, bound }]) => [key, bound ?? wanted]));
    return isSame ? inputs : { ...inputs, settings };
}

/** True where a host is asked something else beside its values. */
function isOtherRequest(before: TuningInputs | undefined, after: TuningInputs | undefined): boolean {
    const asked = ({ verify, onOverride }: TuningInputs) => ({ verify, onOverride });
    return before !== undefined && after !== undefined && !isDeepStrictEqual(asked(before), asked(after));
}
