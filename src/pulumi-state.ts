import { nameOf } from "./drop-in";
import { FLEET, type FleetInputs, TUNING } from "./tuning-inputs";

/** A resource in a stack's state, as `pulumi stack export` writes it. */
export interface StateResource {
    readonly urn: string;
    readonly type: string;
    /** The URN of its component. */
    readonly parent?: string;
    readonly inputs?: Readonly<Record<string, unknown>>;
    /** To be deleted, after its replacement was made. */
    readonly delete?: boolean;
}

export function isResource(value: object): value is StateResource {
    return "urn" in value && typeof value.urn === "string" && "type" in value && typeof value.type === "string";
}

/** The name that the program gives it: the last part of its URN. */
export function resourceName({ urn }: Pick<StateResource, "urn">): string {
    return urn.split("::").slice(3).join("::") || urn;
}

export function isTuning({ type, delete: isLeft }: StateResource): boolean {
    return type === TUNING && isLeft !== true;
}

/** A host that a fleet tunes. */
export interface StateHost {
    readonly name: string;
    readonly fleet: StateResource;
    readonly verify?: unknown;
}

/** The hosts of a fleet that is not to be deleted; none of any other resource. */
export function hostsOfFleet(fleet: StateResource): readonly StateHost[] {
    const tunings = fleet.type === FLEET && fleet.delete !== true ? fleet.inputs?.["tunings"] : undefined;
    return Array.isArray(tunings)
        ? (tunings as FleetInputs["tunings"]).flatMap(({ hosts, verify }) =>
              Object.keys(hosts).map((name) => ({ name, fleet, verify })),
          )
        : [];
}

/** The NAME on the host of a tuning, or of a host of a fleet; undefined where the resource's URN is none. */
export function nameOnHost(resource: StateResource, name = resourceName(resource)): string | undefined {
    const [stack = "", project = ""] = resource.urn.replace(/^urn:pulumi:/, "").split("::");
    try {
        return nameOf(project, stack, name);
    } catch {
        return undefined;
    }
}

/** True where stdout is a report. What is no plain text cannot be looked at, so it may be one. */
export function isVerification({ type, inputs }: StateResource): boolean {
    const create = inputs?.["create"];
    const isOne = typeof create === "string" ? / tcp-tuning verify$/.test(create) : create !== undefined;
    return type === "command:remote:Command" && isOne;
}

/** True where stdout has the reports of a fleet, or the plan of a roll-out; a fleet's third command prints its key. */
export function isRollout(resource: StateResource): boolean {
    const { type, parent = "" } = resource;
    const [fleet, name] = [resourceName({ urn: parent }), resourceName(resource)];
    const isOne = name === `${fleet}-plan` || name === `${fleet}-rollout`;
    return type === "command:local:Command" && parent.includes(`${FLEET}::`) && isOne;
}

/** Pulumi's mark of a special value, and its mark of a secret. */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

/** A secret in a state: encrypted, or with `--show-secrets` as JSON. */
export interface Secret {
    readonly ciphertext?: unknown;
    readonly plaintext?: unknown;
}

export function isSecret(value: unknown): value is Secret {
    return typeof value === "object" && value !== null && (value as Record<string, unknown>)[SIGNATURE] === SECRET;
}
