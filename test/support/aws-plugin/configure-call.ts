import { createRequire } from "node:module";
import type { ValueMap } from "../command-plugin/secrets";

/** Only what is used here of the SDK's gRPC server. */
interface Grpc {
    readonly Server: { readonly prototype: { addService(service: unknown, implementation: Implementation): void } };
}
interface Implementation {
    configure(call: ConfigureCall, callback: (error: Error | undefined, response?: unknown) => void): void;
}
interface ConfigureCall {
    readonly request: { getArgs(): { toJavaScript(): ValueMap } | undefined };
}

/**
 * Hands the provider's configuration to `configure`. The SDK's server takes that call itself and keeps nothing of it,
 * so its implementation is changed on the way to the SDK's own copy of gRPC.
 */
export function onConfigure(configure: (values: ValueMap) => void): void {
    const { prototype } = (createRequire(require.resolve("@pulumi/pulumi"))("@grpc/grpc-js") as Grpc).Server;
    const addService = prototype.addService;
    prototype.addService = function (service, implementation) {
        const answer = implementation.configure.bind(implementation);
        implementation.configure = (call, callback) => {
            try {
                configure(call.request.getArgs()?.toJavaScript() ?? {});
            } catch (error) {
                return callback(error as Error);
            }
            return answer(call, callback);
        };
        addService.call(this, service, implementation);
    };
}
