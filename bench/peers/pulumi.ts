import { statSync } from "node:fs";
import { join } from "node:path";
import { type ConnectionArgs, type RolloutArgs, TcpTuning, TcpTuningFleet } from "../../components";
import type { TestHost } from "../../test/support/hosts";
import { type Program, TestStack } from "../../test/support/stack";
import type { Values } from "../parameters";
import type { Peer, Site } from "./peer";

const [PROJECT, STACK] = ["bench", "dev"] as const;

/** A fleet whose hosts are all taken at once, as the others take them. */
export const fleet: Peer = fleetOf("TcpTuningFleet", "all hosts in one wave", true, { canaries: 0, batch: "100%" });

/** A fleet as it is without a word about its roll-out. */
export const fleetInWaves: Peer = fleetOf("fleet in waves", "one canary, then quarters", false, {});

function fleetOf(title: string, how: string, usual: boolean, rollout: RolloutArgs): Peer {
    return engine({
        title,
        about: `pulumi up of one TcpTuningFleet, ${how}, apply, verification and state included`,
        usual,
        program: (site, values) => async () => {
            const hosts = site.hosts.map((host) => [host.name, { connection: connectionTo(host, site) }]);
            const parameters = Object.fromEntries(values);
            new TcpTuningFleet("fleet", { parameters, hosts: Object.fromEntries(hosts), rollout });
        },
    });
}

/** One component a host, each on its own. */
export const onePerHost: Peer = engine({
    title: "TcpTuning a host",
    about: "pulumi up of one TcpTuning a host, apply, verification and state included",
    usual: false,
    program: (site, values) => async () => {
        const parameters = Object.fromEntries(values);
        site.hosts.forEach((host) => new TcpTuning(host.name, { parameters, connection: connectionTo(host, site) }));
    },
});

interface EnginePeer extends Pick<Peer, "title" | "about" | "usual"> {
    /** The program of a user who wants these values on these hosts. */
    readonly program: (site: Site, values: Values) => Program;
}

/** A program under the real engine, over a file backend: `up` alone, without its preview. */
function engine({ program, ...peer }: EnginePeer): Peer {
    return {
        ...peer,
        async open(site) {
            const stack = await TestStack.create({ project: PROJECT, stack: STACK });
            // After every run the Automation API asks twice for the outputs, in engines of their own that `up` has not.
            stack.automation.outputs = async () => ({});
            return {
                async apply(values) {
                    stack.program = program(site, values);
                    const { steps } = await stack.up();
                    const changes = steps.filter(({ op }) => op !== "same").length;
                    return { steps: steps.length, changes, stateBytes: stateBytes(stack) };
                },
                close: () => stack.remove(),
            };
        },
    };
}

function connectionTo({ address, hostKeys }: TestHost, { access }: Site): ConnectionArgs {
    return { host: address, user: "root", privateKey: access.privateKey, hostKey: hostKeys.ecdsa };
}

function stateBytes(stack: TestStack): number {
    return statSync(join(stack.stateFolder, ".pulumi", "stacks", PROJECT, `${STACK}.json`)).size;
}
