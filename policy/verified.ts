import type { ResourceValidationPolicy } from "@pulumi/policy";
import { ofTunings } from "./tuning";

/** No tuning goes without the verification (`verify: false`). Mandatory. */
export const verified: ResourceValidationPolicy = {
    name: "tcp-tuning-verified",
    description: "A TcpTuning, or a fleet, reads back what it applied.",
    enforcementLevel: "mandatory",
    validateResource: ofTunings(({ verify }) =>
        verify !== false
            ? []
            : [
                  "verify: received false, so nobody would see a value that did not take. Leave it out, or write { maxTimeWait: 4000 }.",
              ],
    ),
};
