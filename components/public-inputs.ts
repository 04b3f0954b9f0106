import * as pulumi from "@pulumi/pulumi";
import { type Diagnostic, describeDiagnostic } from "../src/diagnostic";
import { describeValue, type Setting } from "../src/setting";
import type { TcpTuningArgs } from "./tcp-tuning-args";

/** What policies and a preview's diff may see of a tuning: never a credential. */
export function publicInputs(args: TcpTuningArgs, settings: pulumi.Output<Record<string, string>>) {
    const { profile, accept, verify = {}, delivery = "ssh", onOverride, insecureIgnoreHostKey } = args;
    const unlisted = args.unlisted && pulumi.output(args.unlisted).apply((values) => Object.keys(values));
    return { profile, settings, unlisted, accept, verify, delivery, onOverride, insecureIgnoreHostKey };
}

/** Key to canonical value, or to `at least 4096`. */
export function settingsInWords(settings: readonly Setting[]): Record<string, string> {
    return Object.fromEntries(settings.map((setting) => [setting.key, describeValue(setting)]));
}

/**
 * Warnings stand in the diagnostics of every preview; those that the program accepts, as information.
 *
 * @param scope What stands before each, such as `web1, web2: `.
 */
export function logWarnings(
    diagnostics: readonly Diagnostic[],
    { accept, insecureIgnoreHostKey }: Pick<TcpTuningArgs, "accept" | "insecureIgnoreHostKey">,
    resource: pulumi.Resource,
    scope = "",
): void {
    for (const diagnostic of diagnostics.filter(({ severity }) => severity === "warning")) {
        if (diagnostic.accepted === undefined) {
            void pulumi.log.warn(`${scope}${describeDiagnostic(diagnostic)}`, resource);
        } else if (accept?.[diagnostic.id] !== undefined) {
            const { id, key, value, accepted } = diagnostic;
            void pulumi.log.info(`${scope}accepted ${id} for ${key} = ${value}: ${accepted}`, resource);
        }
    }
    if (insecureIgnoreHostKey) {
        void pulumi.log.warn(
            `${scope}insecureIgnoreHostKey: the host's key is not checked; whoever answers gets root commands`,
            resource,
        );
    }
}
