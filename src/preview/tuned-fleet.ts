import { isDeepStrictEqual } from "node:util";
import { isSecret } from "../pulumi-state";
import type { HostReport } from "../report";
import { type RememberedHost, unpackMemory } from "../rollout/memory";
import { FLEET, type FleetInputs, type TuningInputs } from "../tuning-inputs";
import { nameOfUrn, type Preview, type ResourceState, type Step, typeOfUrn } from "./engine";
import { type Family, familiesOf } from "./family";
import { type Arrival, isReplaced, leftAs, readPrinted, type Tuned } from "./tuned";

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

function hostsOf({ name, step, commands, drifts }: Family, rollout: Step | undefined): Tuned[] {
    const [before, after] = [hostsIn(step?.before), hostsIn(step?.after)];
    const keepers = new Map(
        commands
            .filter(({ urn }) => typeOfUrn(urn) === "command:remote:Command" && nameOfUrn(urn).startsWith(`${name}-`))
            .map((keeper) => [nameOfUrn(keeper.urn).slice(name.length + 1), keeper]),
    );
    const drifted = new Map(drifts.map((drift) => [drift.host ?? "", drift]));
    const memory = memoryOf(rollout);
    return [...new Set([...before.keys(), ...after.keys(), ...keepers.keys(), ...drifted.keys()])].map((host) => {
        const keeper = keepers.get(host);
        const isUnreached = memory !== undefined && memory[host] === undefined;
        const report = readPrinted(memory?.[host]?.report);
        const had = isUnreached ? undefined : asVerified(before.get(host), report);
        return {
            host,
            before: had,
            after: after.get(host),
            arrival: arrivalOf(keeper, isUnreached),
            leaves: keeper?.op === "delete" ? leftAs(keeper) : undefined,
            isApplied: isRun(rollout) && isOtherRequest(had, after.get(host)),
            report,
            drift: drifted.get(host),
        };
    });
}

/** Host to what is said of it; the same object for all hosts of which the same is said. */
function hostsIn(state: ResourceState | undefined): ReadonlyMap<string, TuningInputs> {
    const { tunings } = (state?.inputs ?? {}) as Partial<FleetInputs>;
    const known = Array.isArray(tunings) ? (tunings as FleetInputs["tunings"]) : [];
    return new Map(known.flatMap((tuning) => Object.keys(tuning.hosts ?? {}).map((host) => [host, tuning] as const)));
}

/** The hosts that the last roll-outs reached; undefined where that is not known. */
function memoryOf(rollout: Step | undefined): Readonly<Record<string, RememberedHost>> | undefined {
    const printed = rollout?.before?.outputs?.["stdout"];
    return rollout?.op === "create" ? {} : typeof printed === "string" ? unpackMemory(printed)?.hosts : undefined;
}

function arrivalOf(keeper: Step | undefined, isUnreached: boolean): Arrival | undefined {
    if (keeper?.op === "create") {
        return "new host";
    }
    if (isReplaced(keeper)) {
        return "moved to another host";
    }
    return isUnreached && keeper?.op !== "delete" ? "no roll-out has reached it yet" : undefined;
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
