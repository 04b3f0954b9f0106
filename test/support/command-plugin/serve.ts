import { flushCompileCache } from "node:module";
import * as pulumi from "@pulumi/pulumi";
import { main, type Provider } from "@pulumi/pulumi/provider";
import { connectToEngine } from "./engine-log";

/** What the executable of a stand-in does: serves the engine that started it, until that ends. */
export function servePlugin(name: string, provider: Provider): void {
    const args = process.argv.slice(2);
    connectToEngine(args);
    // The SDK's server prints what check, diff and delete throw on stderr, with a stack, and the engine would show it
    // beside the error that it gets anyway.
    console.error = () => undefined;
    exitWithParent();
    // What an engine ends keeps nothing by itself for the next start.
    setTimeout(flushCompileCache, 1000).unref();
    void pulumi.log.debug(`${name} plugin: the stand-in for development is in use, not Pulumi's own`);
    void main(provider, args);
}

/** An engine that is killed ends nobody; a plugin without an engine has nothing more to do. */
function exitWithParent(): void {
    const parent = process.ppid;
    setInterval(() => process.ppid !== parent && process.exit(), 500).unref();
}
