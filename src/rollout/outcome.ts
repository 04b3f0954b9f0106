/** What became of a host in a roll-out. */
export type Outcome = { readonly host: string } & (
    | {
          /** `as wanted` was so before: nothing was changed. */
          readonly state: "tuned" | "as wanted";
          /** What its verification printed. @default not verified */
          readonly report?: string;
      }
    | { readonly state: "failed"; readonly reason: string }
);

export type Failure = Extract<Outcome, { state: "failed" }>;

export function isFailure(outcome: Outcome): outcome is Failure {
    return outcome.state === "failed";
}
