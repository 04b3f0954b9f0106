import { mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import * as path from "node:path";
import type { TestStack } from "./stack";

/** As much of gRPC as serves a program; it is the SDK's own dependency. */
interface Grpc {
    readonly Server: new () => {
        addService(service: unknown, implementation: unknown): void;
        bindAsync(address: string, credentials: unknown, done: (error: Error | null, port: number) => void): void;
        forceShutdown(): void;
    };
    readonly ServerCredentials: { createInsecure(): unknown };
}

/** Not among the SDK's public modules: the Automation API runs inline programs with them. */
const ofSdk = createRequire(require.resolve("@pulumi/pulumi"));
const { Server, ServerCredentials } = ofSdk("@grpc/grpc-js") as Grpc;
const { LanguageServer } = ofSdk("@pulumi/pulumi/automation/server") as {
    readonly LanguageServer: new (program: TestStack["program"]) => unknown;
};
const { LanguageRuntimeService } = ofSdk("@pulumi/pulumi/proto/language_grpc_pb") as {
    readonly LanguageRuntimeService: unknown;
};

/** A `pulumi` for `PATH` that previews a test stack's program. */
export interface PulumiCommand {
    /** What a script needs to run it in the folder `cwd`. */
    readonly env: Readonly<Record<string, string>>;
    readonly cwd: string;
    stop(): void;
}

/**
 * The real command line and engine, where a language host cannot be installed: the program runs in this process, served in
 * the way of the Automation API, and a script on `PATH` adds where it is. Everything else of the command line goes through.
 */
export async function pulumiCommand(stack: TestStack): Promise<PulumiCommand> {
    const server = new Server();
    server.addService(LanguageRuntimeService, new LanguageServer(() => stack.program()));
    const port = await new Promise<number>((resolve, reject) =>
        server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
            error ? reject(error) : resolve(bound),
        ),
    );
    const folder = path.join(stack.folder, "bin");
    const real = stack.engine.root === undefined ? "/usr/bin/env pulumi" : `'${stack.engine.root}/bin/pulumi'`;
    const program = path.join(folder, "pulumi");
    mkdirSync(folder, { recursive: true });
    const { workspace } = stack.automation;
    const { PATH = process.env["PATH"], ...variables } = workspace.envVars;
    const served = `--exec-kind auto.inline --client=127.0.0.1:${port}`;
    writeFileSync(program, `#!/bin/sh\nPATH='${PATH}'\nexec ${real} "$@" ${served}\n`, { mode: 0o755 });
    return {
        env: {
            ...variables,
            ...(workspace.pulumiHome === undefined ? {} : { PULUMI_HOME: workspace.pulumiHome }),
            PATH: `${folder}:${path.dirname(process.execPath)}:${PATH}`,
        },
        cwd: workspace.workDir,
        stop: () => server.forceShutdown(),
    };
}
