/** An unprivileged user of the test hosts; the lab's key logs in. */
export interface HostUser {
    readonly name: string;
    /** Whether it may become root with sudo. */
    readonly sudo: boolean;
    /** What sudo asks for. @default nothing: `sudo -n` does */
    readonly password?: string;
}

/** What a host has unless told otherwise: one who can become root, one who cannot. */
export const DEFAULT_USERS: readonly HostUser[] = [
    { name: "deploy", sudo: true },
    { name: "nosudo", sudo: false },
];

/** The first user's number; the others follow. */
export const FIRST_UID = 2000;
