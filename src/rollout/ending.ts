/** What a run needs of its process. */
export interface Surroundings {
    /** What the last run left. */
    readonly previous: string;
    /** True where every line stays: one for each wave, then. */
    readonly isPlain: boolean;
    readonly tell: (line: string) => void;
}

/** What a run ends with: nothing is remembered of one that failed. */
export interface Ending {
    readonly exitCode: number;
    readonly stdout: string;
}
