import { createHash } from "node:crypto";
import { parameterOf } from "../catalogue";
import { soundRange } from "../catalogue/value";
import { packedAgent, packedInstalledAgent } from "../generated/agent";
import { APPLY_SECONDS, applySeconds, verifySeconds } from "./launcher";

/** What the agent is asked to apply. */
export interface ApplyRequest {
    /** The NAME on the host: project-stack-name. */
    readonly name: string;
    /** Who has this NAME: see {@link ownerOf}. */
    readonly owner: string;
    /** The rendered drop-in, in which bounds may stand for values. */
    readonly dropIn: string;
    /** Become root on the host through sudo. @default the login user is root */
    readonly become?: boolean;
    /** The password that sudo asks for, which makes the request a secret. @default none: `sudo -n` */
    readonly becomePassword?: string;
    /** Tells the resource from another one of the same NAME: only its own deletion restores. @default any does */
    readonly resource?: string;
    /** Names that this one had before, whose ledger it takes over. */
    readonly formers?: readonly string[];
    /** Seconds after which the host takes everything back unless the same request confirms it. @default not guarded */
    readonly confirmWithinSeconds?: number;
    /** Applied by user data, at every boot: it leaves a host alone that was tuned otherwise since. @default over SSH */
    readonly by?: "user-data";
    /** Apply although another file wins at the next boot, and say so. @default refuse */
    readonly onOverride?: OnOverride;
    /**
     * Verify in the same run, before anything is committed: after a problem every value is as before, and the exit code
     * 76. The launcher needs {@link applySeconds}. @default not verified
     */
    readonly verify?: Terms;
    /**
     * At least 1. A verified apply that changed values fails where TIME_WAIT, dropped connections or retransmissions are
     * since then more than so many times what they were on this host before: see src/agent/gate.sh. @default no gate
     */
    readonly gate?: number;
}

/** What a verification asks for beside the values. */
export interface Terms {
    /** Most sockets in TIME_WAIT. @default no limit */
    readonly maxTimeWait?: number;
    /** Longest wait, in seconds, for TIME_WAIT to come within its limit. @default 0 */
    readonly settleSeconds?: number;
    /** Whether all TCP states are counted, at a cost that grows with the sockets. @default true */
    readonly states?: boolean;
}

/** The shortest and the longest time, in seconds, that a guard waits for its confirmation. */
export const guardSeconds = [5, 3600] as const;

/** What a drop-in that another file overrides at the next boot is: `error` or `warn`. */
export type OnOverride = "error" | "warn";

/** What the agent is asked to verify. */
export interface VerifyRequest extends Terms {
    readonly name: string;
    /** The drop-in that has to be in force. */
    readonly dropIn: string;
    /** What apply printed: a new generation is verified anew. */
    readonly receipt: string;
    /** Become root on the host through sudo. @default the login user is root */
    readonly become?: boolean;
    /** The password that sudo asks for, which makes the request a secret. @default none: `sudo -n` */
    readonly becomePassword?: string;
    /** A tuning that another file overrides at the next boot is only reported. @default a failure */
    readonly onOverride?: OnOverride;
    /** What applies it, for what is said where nothing is applied. @default over SSH */
    readonly by?: "user-data";
    /** What was applied over SSH or by Systems Manager since user data was may differ from it. @default it may not */
    readonly acceptNewer?: boolean;
    /** Any text: another one makes the verification run again. */
    readonly rerunOn?: string;
}

/** Tells resources apart whose project, stack and name come to the same NAME on a host. */
export function ownerOf(project: string, stack: string, resource: string): string {
    return tokenOf([project, stack, resource].join("\n"));
}

/** Stands for an identity, such as a resource's URN, in a request and a ledger. */
export function tokenOf(identity: string): string {
    return sha256(identity).slice(0, 12);
}

/** Characters of a drop-in's hash: it finds a cut or edited file, and stays in the state several times. */
const HASH_LENGTH = 32;

/** The stdin of `apply`, `restore` and `observe`: carries the agent, so nothing has to be there before. */
export function applyRequest(request: ApplyRequest, agent = packedAgent): string {
    const options = [
        ...become(request, applySeconds(request.verify)),
        ...formerOptions(request.formers),
        ...(request.onOverride === "warn" ? ["onOverride=warn"] : []),
        ...resourceOptions(request.resource),
        ...(request.by === undefined ? [] : [`by=${request.by}`]),
        ...(request.confirmWithinSeconds === undefined ? [] : [`guard=${request.confirmWithinSeconds}`]),
        ...verifyOptions(request),
        ...moduleOptions(request.dropIn),
        ...rangeOptions(request.dropIn),
    ];
    return `${[...headerWords(request, agent), ...options].join(" ")}\n${agent}\n${request.dropIn}=end\n`;
}

/** Earlier than the launcher's own end, which would leave root's part running, and its reason untold. */
const SOONER_SECONDS = 5;

type Become = Pick<ApplyRequest, "become" | "becomePassword">;

function become({ become: wanted, becomePassword }: Become, seconds: number): string[] {
    // In base64 a password is one word, whatever is in it.
    const password = becomePassword && `becomePassword=${Buffer.from(becomePassword).toString("base64")}`;
    return wanted ? [`become=${seconds - SOONER_SECONDS}`, ...(password ? [password] : [])] : [];
}

function formerOptions(formers: readonly string[] = []): string[] {
    return formers.map((former) => `former=${former}`);
}

function resourceOptions(resource: string | undefined): string[] {
    return resource === undefined ? [] : [`resource=${resource}`];
}

/** What an apply that verifies is asked for. */
function verifyOptions({ verify, gate }: ApplyRequest): string[] {
    return verify === undefined
        ? []
        : [
              "verify=yes",
              ...termLines(verify).map((line) => line.replace(" ", "=")),
              ...(gate === undefined ? [] : [`gate=${gate}`]),
          ];
}

function termLines({ maxTimeWait, settleSeconds, states }: Terms): string[] {
    return [
        ...(maxTimeWait === undefined ? [] : [`maxTimeWait ${maxTimeWait}`]),
        ...(settleSeconds === undefined ? [] : [`settleSeconds ${settleSeconds}`]),
        ...(states === false ? ["states off"] : []),
    ];
}

/** The bounds of each value that the host computes: the program could not hold it against them. */
function rangeOptions(dropIn: string): string[] {
    const computed = [...dropIn.matchAll(/^-?(\S+) [<>]?= .*[*]/gm)].map(([, key = ""]) => key);
    return computed.flatMap((key) => {
        const parameter = parameterOf(key);
        return parameter === undefined ? [] : [`range=${key}:${soundRange(parameter).join(":")}`];
    });
}

/** The keys of a drop-in that are missing until a kernel module is loaded, each with its module. */
function moduleOptions(dropIn: string): string[] {
    const keys = [...dropIn.matchAll(/^-?(\S+) [<>]?= /gm)].map(([, key = ""]) => key);
    return keys.flatMap((key) => {
        const module = parameterOf(key)?.module;
        return module === undefined ? [] : [`module=${key}:${module}`];
    });
}

/** The stdin of an apply that must not happen: the agent refuses it, and says why. */
export function refusedRequest(request: Pick<ApplyRequest, "name" | "owner"> & Become, refusal: string): string {
    return applyRequest({ ...request, dropIn: `${refusal}\n` });
}

/** What the agent is asked to restore. */
export type RestoreRequest = Pick<
    ApplyRequest,
    "name" | "owner" | "become" | "becomePassword" | "resource" | "formers"
>;

/** The stdin of `restore`, for the same launcher: small, since the agent that applied is on the host. */
export function restoreRequest(request: RestoreRequest): string {
    const { name, owner, resource, formers } = request;
    const options = [...become(request, APPLY_SECONDS), ...formerOptions(formers), ...resourceOptions(resource)];
    return `${["tcp-tuning", "1", name, owner, "-", "-", ...options].join(" ")}\n${packedInstalledAgent}\n=end\n`;
}

/** The stdin of `verify`: small, since the agent stayed on the host, unless one is given to travel along. */
export function verifyRequest(request: VerifyRequest, agent = notThere(request)): string {
    const body = [
        `receipt ${request.receipt}`,
        `advice ; ${advice(request)}`,
        ...termLines(request),
        ...(request.onOverride === "warn" ? ["onOverride warn"] : []),
        ...(request.rerunOn === undefined ? [] : [`rerunOn ${sha256(request.rerunOn).slice(0, HASH_LENGTH)}`]),
    ];
    const header = [
        ...headerWords({ ...request, owner: "-" }, packedAgent),
        ...become(request, verifySeconds(request.settleSeconds)),
        ...(request.acceptNewer ? ["newer=accepted"] : []),
    ];
    return `${header.join(" ")}\n${agent}\n${body.join("\n")}\n=end\n`;
}

/** What a host says that has no agent to verify with; it stands where another request has the agent. */
function notThere(request: VerifyRequest): string {
    return `tcp-tuning: nothing is applied here under this name, or its ledger was lost; ${advice(request)}`;
}

function advice({ by }: VerifyRequest): string {
    return by === "user-data"
        ? 'user data did not apply it: "cloud-init status --long" and "journalctl -u cloud-init" say more'
        : "run pulumi up with observe: true, which applies it anew";
}

function headerWords({ name, owner, dropIn }: ApplyRequest, agent: string): string[] {
    return ["tcp-tuning", "1", name, owner, sha256(dropIn).slice(0, HASH_LENGTH), sha256(agent).slice(0, 16)];
}

function sha256(text: string): string {
    return createHash("sha256").update(text).digest("hex");
}
