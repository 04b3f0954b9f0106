import type { ResourceValidationPolicy } from "@pulumi/policy";
import { describeDiagnostic } from "../src/diagnostic";
import { diagnosticsOf } from "../src/tuning-inputs";
import { ofTunings } from "./tuning";

/**
 * No tuning breaks a rule that is an error. Mandatory. The program's own version of the rules refuses these already, unless
 * it is an older one.
 */
export const noErrors: ResourceValidationPolicy = {
    name: "tcp-tuning-no-errors",
    description: "A TcpTuning, or a fleet, has no removed, unsafe or contradicting value, and breaks no other rule.",
    enforcementLevel: "mandatory",
    validateResource: ofTunings((tuning) =>
        diagnosticsOf(tuning)
            .filter(({ severity }) => severity === "error")
            .map(describeDiagnostic),
    ),
};
