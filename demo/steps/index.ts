import { change } from "./change";
import { destroy } from "./destroy";
import { load } from "./load";
import { lookAround } from "./look-around";
import { mistake } from "./mistake";
import { preview } from "./preview";
import { repeat } from "./repeat";
import type { Step } from "./step";
import { tune } from "./tune";

export { introduceHosts } from "./introduce-hosts";
export type { Step } from "./step";

/** The demo after its hosts were started, in order. */
export function stepsFor({ keep }: { readonly keep: boolean }): readonly Step[] {
    return [preview, tune, load, repeat, change, mistake, ...(keep ? [lookAround] : []), destroy];
}
