import * as pulumi from "@pulumi/pulumi";
import { nameOf } from "../src/drop-in";

/** The NAMEs on the host that a resource had under its aliases, so that its ledger there is taken over. */
export function formerNames(
    name: string,
    aliases: pulumi.ComponentResourceOptions["aliases"],
): pulumi.Output<string[]> {
    const current = nameOf(pulumi.getProject(), pulumi.getStack(), name);
    return pulumi.output(aliases ?? []).apply((given) => {
        const formers = given.map((alias) => (typeof alias === "string" ? nameOfUrn(alias) : nameOfAlias(name, alias)));
        return [...new Set(formers)].filter((former) => former !== current).sort();
    });
}

/** The same aliases for the tuning beside a resource: the URN of another type would be an alias to another resource. */
export function tuningAliases(
    aliases: pulumi.CustomResourceOptions["aliases"],
): pulumi.Input<pulumi.Alias>[] | undefined {
    return aliases?.map((given) =>
        pulumi.output(given).apply((alias) => {
            const { type, ...others }: pulumi.Alias = typeof alias === "string" ? partsOfUrn(alias) : alias;
            return others;
        }),
    );
}

function nameOfAlias(name: string, alias: pulumi.Unwrap<pulumi.Alias>): string {
    return nameOf(alias.project ?? pulumi.getProject(), alias.stack ?? pulumi.getStack(), alias.name ?? name);
}

function nameOfUrn(urn: string): string {
    const { project, stack, name } = partsOfUrn(urn);
    return nameOf(project, stack, name);
}

/** urn:pulumi:STACK::PROJECT::TYPES::NAME */
function partsOfUrn(urn: string) {
    const [stack = "", project = "", , ...name] = urn.replace(/^urn:pulumi:/, "").split("::");
    return { project, stack, name: name.join("::") };
}
