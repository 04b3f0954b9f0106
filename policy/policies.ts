/**
 * Policies for `pulumi preview --policy-pack`, each one by itself and all together; to be used in a `PolicyPack` of
 * `@pulumi/policy`, which has to be installed for them.
 *
 * @module pulumi-tcp-tuning/policy
 */

import type { ResourceValidationPolicy } from "@pulumi/policy";
import { acceptedWarnings } from "./accepted-warnings";
import { hostKey } from "./host-key";
import { limits } from "./limits";
import { noErrors } from "./no-errors";
import { noHandWritten } from "./no-hand-written";
import { noOverride } from "./no-override";
import { verified } from "./verified";

export type { Limits, RolloutLimit, ValueLimit } from "./limits";
export { acceptedWarnings, hostKey, limits, noErrors, noHandWritten, noOverride, verified };

/** All of them, for a pack. None reads a stack's outputs: a component's are not its inputs. */
export const policies: readonly ResourceValidationPolicy[] = [
    noErrors,
    acceptedWarnings,
    verified,
    hostKey,
    noOverride,
    noHandWritten,
    limits,
];
