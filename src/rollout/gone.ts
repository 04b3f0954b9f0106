/** Whether a host is among those that are said to be gone for good, under its name or its address. */
export function isGone(name: string, address: string | undefined, gone: readonly string[]): boolean {
    return gone.includes(name) || (address !== undefined && gone.includes(address));
}
