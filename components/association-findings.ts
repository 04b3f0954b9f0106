import { type Finding, finding, received } from "./argument-findings";
import { bootNames, tuningFindings } from "./boot-tuning";
import { isLate } from "./connection";
import type { TuningAssociationArgs } from "./tuning-association";

/** The provider's own limit of what it waits is none; a day is beyond any roll-out that somebody waits for. */
const LONGEST_WAIT = 86_400;
const ensures: readonly unknown[] = [undefined, "tuned", "absent"];

/** What is wrong with what a {@link TuningAssociation} has beside its tuning. */
export function associationFindings(args: TuningAssociationArgs): Finding[] {
    const { ensure, targets, waitForSuccessTimeoutSeconds: wait, applyOnlyAtCronInterval } = args;
    return [
        ...tuningFindings(args.tuning, [...bootNames.filter((name) => name !== "onFailure"), "verify"]),
        ...(ensures.includes(ensure) ? [] : [finding("ensure", `${received(ensure)}; write "tuned" or "absent"`)]),
        ...(isLate(targets) || (Array.isArray(targets) && targets.length > 0)
            ? []
            : [
                  finding(
                      "targets",
                      `${received(targets)}, so no host would be tuned; write a list, such as [{ key: "tag:Role", values: ["web"] }]`,
                  ),
              ]),
        ...waitFindings(wait, applyOnlyAtCronInterval),
    ];
}

function waitFindings(wait: unknown, onlyAtCron: unknown): Finding[] {
    if (wait !== undefined && !(Number.isSafeInteger(wait) && Number(wait) >= 0 && Number(wait) <= LONGEST_WAIT)) {
        return [
            finding(
                "waitForSuccessTimeoutSeconds",
                `${received(wait)}; write a whole number of seconds, 0 to ${LONGEST_WAIT}`,
            ),
        ];
    }
    return onlyAtCron !== true || wait === 0
        ? []
        : [
              finding(
                  "applyOnlyAtCronInterval",
                  "received true, so nothing runs now that up could wait for; write waitForSuccessTimeoutSeconds: 0 beside it",
              ),
          ];
}
