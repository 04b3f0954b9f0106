import { ansibleCopy, ansibleSysctl } from "./ansible";
import { parallelSsh } from "./parallel-ssh";
import type { Peer } from "./peer";
import { fleet, fleetInWaves, onePerHost } from "./pulumi";

export type { EngineWork, Peer, Session, Site } from "./peer";

/** All that can be measured side by side, by the name that `--peers` takes. */
export const peers = {
    fleet,
    "fleet-waves": fleetInWaves,
    "per-host": onePerHost,
    ssh: parallelSsh,
    ansible: ansibleCopy(40, true),
    "ansible-10": ansibleCopy(10, false),
    "ansible-sysctl": ansibleSysctl(40),
} satisfies Readonly<Record<string, Peer>>;

export type PeerName = keyof typeof peers;

export const peerNames = Object.keys(peers) as readonly PeerName[];

/** The one that all others are compared with. */
export const BASELINE: PeerName = "ssh";

export function peerOf(name: PeerName): Peer {
    return peers[name];
}
