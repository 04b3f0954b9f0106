import type { SshTarget } from "../ssh";
import type { Plan } from "./plan";
import type { Rollout } from "./rollout";

/** What the runner is asked to do; it travels in a command's stdin, so it is a secret, and stays in the state. */
export interface RolloutRequest {
    readonly rollout: Rollout;
    readonly plan: Plan;
    /** Of the roster: with another one all hosts were restored. */
    readonly roster: string;
    /** The packed agent, which every host's request takes along. */
    readonly agent: string;
    readonly hosts: readonly HostRequest[];
}

/** What is asked of one host. */
export interface HostRequest {
    /** As the user knows it. */
    readonly name: string;
    /** Another one for another request, without anything of the credentials: a host whose id is remembered is in step. */
    readonly id: string;
    readonly target: SshTarget;
    /** The request to the host's agent: its first line, and the lines behind the packed agent. */
    readonly header: string;
    readonly body: readonly string[];
    /** Longest run of the agent, in seconds. */
    readonly seconds: number;
    /** Seconds within which a guarded apply has to be confirmed. @default not guarded */
    readonly guardSeconds?: number;
}

/** Takes the text of an agent's request apart, so that what hosts have in common is sent once. */
export function partsOf(request: string): Pick<HostRequest, "header" | "body"> {
    const [header = "", , ...lines] = request.split("\n");
    const [first = "", ...others] = lines;
    return { header, body: [first, others.join("\n")] };
}

/** The text of the request again. `option` is one more of its options. */
export function requestText({ header, body }: HostRequest, agent: string, option?: string): string {
    return [option === undefined ? header : `${header} ${option}`, agent, ...body].join("\n");
}

/** Shorter texts are not worth a reference. */
const SHORTEST = 16;

/** Two lines: every longer text once, and the request, in which its number stands for it. The same in every version of Node. */
export function packRequest<T extends object>(request: T): string {
    const texts = new Map<string, number>();
    const numberOf = (text: string) => texts.get(text) ?? texts.set(text, texts.size).size - 1;
    const packed = JSON.stringify(request, (_name, value: unknown) =>
        typeof value === "string" && value.length >= SHORTEST ? { $: numberOf(value) } : value,
    );
    return `${JSON.stringify([...texts.keys()])}\n${packed}`;
}

/** What {@link packRequest} has packed. */
export function unpackRequest<T extends object>(text: string): T {
    const [first = "", second = ""] = text.split("\n");
    const texts = JSON.parse(first) as string[];
    return JSON.parse(second, (_name, value: { readonly $?: number } | null) =>
        typeof value === "object" && value?.$ !== undefined ? texts[value.$] : value,
    ) as T;
}
