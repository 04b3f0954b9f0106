import type { Scene } from "../scene";

/** One part of the demo. */
export interface Step {
    readonly title: string;
    readonly run: (scene: Scene) => Promise<void>;
}
