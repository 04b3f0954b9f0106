import { join } from "node:path";
import { build, type Plugin } from "esbuild";

/*
 * Every run of the engine starts its plugins anew. As one file a stand-in is there in a quarter of the time that reading the
 * SDK's hundreds of files takes, and so nearly as soon as Pulumi's own plugin.
 */
const support = join(__dirname, "..", "test", "support");

/** The compiler, which the SDK loads for programs: a provider never needs it. */
const unused: Plugin = {
    name: "unused",
    setup: ({ onLoad }) =>
        onLoad({ filter: /\/node_modules\/(?:typescript|ts-node)\// }, () => ({ contents: "module.exports = {}" })),
};

void build({
    entryPoints: ["command-plugin", "aws-plugin"].map((name) => join(support, name, "main.js")),
    outdir: support,
    outbase: support,
    entryNames: "[dir]/bundle",
    bundle: true,
    minify: true,
    keepNames: true,
    platform: "node",
    format: "cjs",
    target: "node22",
    external: ["*.node", "cpu-features", "node-gyp", "node-gyp/*"],
    plugins: [unused],
    logLevel: "error",
});
