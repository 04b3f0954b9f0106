import { join } from "node:path";
import { build } from "esbuild";
import { replacing } from "./replacing";

/** What the SDK loads for programs, and a provider never needs: the compiler, npm's own packages, and the Automation API. */
const UNUSED = /\/node_modules\/(?:typescript|ts-node|@npmcli\/arborist|@pulumi\/pulumi\/automation)\//;

/*
 * Every run of the engine starts its plugins anew. As one file the stand-in of the command plugin is there in half the time
 * that reading the SDK's hundreds of files takes; Pulumi's own takes hardly any.
 */
const folder = join(__dirname, "..", "test", "support", "command-plugin");

void build({
    entryPoints: [join(folder, "main.js")],
    outfile: join(folder, "bundle.js"),
    bundle: true,
    minify: true,
    keepNames: true,
    platform: "node",
    format: "cjs",
    target: "node22",
    external: ["*.node", "cpu-features", "node-gyp", "node-gyp/*"],
    plugins: [replacing([[UNUSED, "module.exports = {}"]])],
    logLevel: "error",
});
