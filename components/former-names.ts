import * as pulumi from "@pulumi/pulumi";
import { nameOf } from "../src/drop-in";

/** The NAMEs on the host that a resource had under its aliases, so that its ledger there is taken over. */
export function formerNames(
    name: string, aliases: pulumi.ComponentResourceOptions["aliases"],
): pulumi.Output<string[]> {
    const current = nameOf(pulumi.getProject(), pulumi.getStack(), name);
    return pulumi.output(aliases ?? []).apply((given) => {
        const formers = given.map((alias) => (typeof alias === "string" ? nameOfUrn(alias) : nameOfAlias(name, alias)));
        return [...new Set(formers)].filter((former) => former !== current).sort();
    });
}

function nameOfAlias(name: string, alias: pulumi.Unwrap<pulumi.Alias>): string {
    return nameOf(alias.project ?? pulumi.getProject(), alias.stack ?? pulumi.getStack(), alias.name ?? name);
}

/** urn:pulumi:STACK::PROJECT::TYPES::NAME */
function nameOfUrn(urn: string): string {
    const [stack = "", project = "", , ...name] = urn.replace(/^urn:pulumi:/, "").split("::");
    return nameOf(project, stack, name.join("::"));
}
