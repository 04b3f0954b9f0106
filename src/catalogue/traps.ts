/** A key that guides name and no upstream kernel has. */
export interface Trap {
    readonly why: string;
    readonly instead: string;
    /** Kernels that do have it: there it may be given as unlisted. */
    readonly existsOn?: string;
}

const NOT_TUNABLE = "TIME_WAIT lasts 60 s, a constant compiled into the kernel, and no key changes it";
const INSTEAD = "Leave it out; allow more local ports (net.ipv4.ip_local_port_range) or keep connections open instead";

/** Keys that promise a shorter TIME_WAIT. */
export const traps: Readonly<Record<string, Trap>> = {
    "net.ipv4.tcp_tw_len": { why: `no kernel has this key: ${NOT_TUNABLE}`, instead: INSTEAD },
    "net.ipv4.tcp_timewait_len": {
        why: `no kernel has this key (TCP_TIMEWAIT_LEN is a name in its source): ${NOT_TUNABLE}`,
        instead: INSTEAD,
    },
    "net.ipv4.tcp_tw_timeout": {
        why: `only the kernels of Alibaba Cloud Linux have this key; elsewhere ${NOT_TUNABLE}`,
        instead: `${INSTEAD}, or give it under \`unlisted\` for hosts with such a kernel`,
        existsOn: "Alibaba Cloud Linux",
    },
};

/** The trap of that name, if it is one. */
export function trapOf(key: string): Trap | undefined {
    return Object.hasOwn(traps, key) ? traps[key] : undefined;
}
