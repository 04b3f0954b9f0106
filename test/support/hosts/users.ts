/** An unprivileged user of the test hosts; the lab's key logs in. */
export interface HostUser {
    readonly name: string;
    /** `true`: may become root with `sudo -n`. `false`: has no sudo right. */
    readonly sudo: boolean;
}

/** What a host has unless told otherwise: one who can become root, one who cannot. */
export const DEFAULT_USERS: readonly HostUser[] = [
    { name: "deploy", sudo: true },
    { name: "nosudo", sudo: false },
];

/** The first user's number; the others follow. */
export const FIRST_UID = 2000;
