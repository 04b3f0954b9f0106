import type { ResourceValidationPolicy } from "@pulumi/policy";
import { ofTunings } from "./tuning";

/** No tuning is content with another file that undoes it at the next boot (`onOverride: "warn"`). Mandatory. */
export const noOverride: ResourceValidationPolicy = {
    name: "tcp-tuning-no-override",
    description: "Another file that undoes a TcpTuning, or a fleet's, at the next boot is an error.",
    enforcementLevel: "mandatory",
    validateResource: ofTunings(({ onOverride }) =>
        onOverride !== "warn"
            ? []
            : [
                  'onOverride: received "warn", so a host may lose the tuning at its next boot. Leave it out, and take the key out of ' +
                      "the other file, which the refused up names.",
              ],
    ),
};
