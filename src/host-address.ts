import { quote } from "./diagnostic";

/** What stands in `user@host:port`, with brackets around an IPv6 address, also as a URI; a bare IPv6 address is a host. */
interface Parts {
    readonly host: string;
    readonly user?: string;
    readonly port?: string;
}

function partsOf(text: string): Parts {
    const [, user, rest = ""] = /^(?:ssh:\/\/)?(?:([^@]*)@)?(.*?)\/?$/s.exec(text) ?? [];
    const [, bracketed, plain, port] = /^(?:\[([^\]]*)\]|([^:]*))(?::(\d*))?$/s.exec(rest) ?? [];
    return { host: bracketed ?? plain ?? rest, user, port };
}

/** A host that holds more than its name or address. */
export interface HostMistake extends Parts {
    /** The text, without a password in it. */
    readonly shown: string;
}

/** Undefined where the text is a name or an address alone. */
export function hostMistake(text: string): HostMistake | undefined {
    const { host, user, port } = partsOf(text);
    if (host === text) {
        return undefined;
    }
    // A password in an address is none of anybody's business.
    const [login = "", password] = user?.split(":", 2) ?? [];
    const shown = password === undefined ? text : text.replace(`${user}@`, `${login}:…@`);
    return { shown, host, user: login || undefined, port: port || undefined };
}

/** What is wrong with a host that holds more than its name or address, and how to write it; undefined where it does not. */
export function hostProblem(text: string): string | undefined {
    const mistake = hostMistake(text);
    if (mistake === undefined) {
        return undefined;
    }
    const { shown, host, user, port } = mistake;
    const beside = [user && `user: ${quote(user)}`, port && `port: ${port}`].filter(Boolean).join(", ");
    const alone = `write the name or address alone, host: ${quote(host)}`;
    return `received ${quote(shown)}; ${alone}${beside && `, and beside it ${beside}`}`;
}
