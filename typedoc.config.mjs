import { OptionDefaults } from "typedoc";

/** The API reference: what programs import, with nothing undocumented. */
export default {
    // Links would depend on the remotes of a clone.
    disableSources: true,
    name: "pulumi-tcp-tuning",
    entryPoints: ["components/index.ts", "components/aws.ts", "policy/policies.ts"],
    out: "docs/api",
    readme: "none",
    // What is inherited from Pulumi's own classes is documented there.
    excludeExternals: true,
    excludeInternal: true,
    excludePrivate: true,
    // How the report's JSON Schema is made from its types.
    blockTags: [...OptionDefaults.blockTags, "@asType", "@minimum", "@maximum", "@pattern"],
    excludeTags: [...OptionDefaults.excludeTags, "@asType", "@pattern"],
    // The policies have a package.json of their own.
    packagesRequiringDocumentation: ["pulumi-tcp-tuning", "pulumi-tcp-tuning-policy"],
    requiredToBeDocumented: [
        "Module",
        "Class",
        "Interface",
        "Constructor",
        "Property",
        "Method",
        "Accessor",
        "Function",
        "TypeAlias",
        "Variable",
    ],
    validation: { notExported: true, invalidLink: true, rewrittenLink: true, notDocumented: true },
    treatWarningsAsErrors: true,
    treatValidationWarningsAsErrors: true,
};
