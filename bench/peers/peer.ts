import type { TestHost, TestHosts } from "../../test/support/hosts";
import type { Values } from "../parameters";

/** A way to bring values to many hosts. */
export interface Peer {
    /** As plots and tables name it. */
    readonly title: string;
    /** For the help: what it does, in a line. */
    readonly about: string;
    /** Runs unless other peers are asked for. */
    readonly usual: boolean;
    /** Why it cannot run here, with what to do. @default it needs nothing but what test hosts need */
    readonly unavailable?: () => Promise<string | undefined>;
    /** Gets everything ready, as a user has it before the first run; none of it is measured. */
    open(site: Site): Promise<Session>;
}

/** The hosts that a peer works on. All log in as root, with one key, and have their keys in one known_hosts file. */
export interface Site {
    readonly hosts: readonly TestHost[];
    readonly access: Pick<TestHosts, "privateKey" | "privateKeyFile" | "knownHostsFile">;
    /** A folder of this session's own, removed after it. */
    readonly folder: string;
}

/** A peer at work on one set of hosts that are as new. */
export interface Session {
    /**
     * Makes all hosts have these values, now and after a boot: what is measured.
     *
     * @throws Error when it says itself that it failed
     */
    apply(values: Values): Promise<EngineWork | undefined>;
    close(): Promise<void>;
}

/** What only a Pulumi engine has. */
export interface EngineWork {
    /** Resources that the engine went through, the stack and its providers left out. */
    readonly steps: number;
    /** Those of them that it changed. */
    readonly changes: number;
    /** Size of the stack's file in the backend afterwards. */
    readonly stateBytes: number;
}
