import type { ResourceValidationPolicy } from "@pulumi/policy";
import { describeDiagnostic, endSentence } from "../src/diagnostic";
import { diagnosticsOf } from "../src/tuning-inputs";
import { ofTunings } from "./tuning";

/**
 * Each warning of the rules is accepted, with a reason. Mandatory. What a preview does not know yet is advised, and judged by
 * `up`.
 */
export const acceptedWarnings: ResourceValidationPolicy = {
    name: "tcp-tuning-accepted-warnings",
    description: "Each warning of the rules about a TcpTuning, or a fleet, is accepted with a reason.",
    enforcementLevel: "mandatory",
    validateResource: ofTunings((tuning) =>
        diagnosticsOf(tuning)
            .filter(({ severity, accepted }) => severity === "warning" && accepted === undefined)
            .map(
                (diagnostic) =>
                    `${endSentence(describeDiagnostic(diagnostic))} Follow it, or say why not: ` +
                    `accept: { "${diagnostic.id}": "the reason" }.`,
            ),
    ),
};
