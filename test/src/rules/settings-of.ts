import type { Setting } from "../../../src/setting";

/** Settings as a file or a program gives them; `net.ipv4.` is left out of keys such as `tcp_sack` for the eye. */
export function settingsOf(values: Readonly<Record<string, string>>): readonly Setting[] {
    return Object.entries(values).map(([name, value]) => ({
        key: /^(?:tcp|udp|ip)_\w+$/.test(name) ? `net.ipv4.${name}` : name,
        value,
        optional: false,
    }));
}
