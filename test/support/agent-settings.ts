/** What a host is tuned to before a change that goes wrong. */
export const OLD: Readonly<Record<string, string>> = {
    "net.core.somaxconn": "8192",
    "net.ipv4.tcp_fin_timeout": "30",
    "net.ipv4.tcp_keepalive_time": "600",
};

/** What the change wants: one value dropped, one changed, one as it is, one new. */
export const NEW: Readonly<Record<string, string>> = {
    "net.ipv4.tcp_fin_timeout": "20",
    "net.ipv4.tcp_keepalive_time": "600",
    "net.ipv4.tcp_rmem": "8192 131072 6291456",
};
