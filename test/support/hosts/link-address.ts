/** The hardware address that belongs to an address, the same after each boot: `198.18.7.11` has `02:00:c6:12:07:0b`. */
export function linkAddress(address: string): string {
    return ["02", "00", ...address.split(".").map((n) => Number(n).toString(16).padStart(2, "0"))].join(":");
}
