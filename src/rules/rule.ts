import type { Severity } from "../diagnostic";
import type { Setting } from "../setting";
import type { SettingsView } from "./view";

/** What is known of the hosts that will get the settings. Rules that need what is not given stay silent. */
export interface Target {
    /** RAM of the smallest host, in bytes. @default unknown */
    readonly memoryBytes?: number;
    /** Kernel release of the oldest host: `6.1` or `6.1.0-18-amd64`. @default unknown */
    readonly kernel?: string;
    /** Bytes in a page of memory. @default 4096 */
    readonly pageSize?: number;
    /** The hosts are containers: network namespaces other than the first. @default false */
    readonly container?: boolean;
    /** Ports that somebody listens on. @default unknown */
    readonly listening?: readonly number[];
    /** The TIME_WAIT limit that a verification will hold the hosts to. @default none */
    readonly maxTimeWait?: number;
}

/** A target with the way the settings came to be. */
export interface CheckTarget extends Target {
    /** Keys outside the catalogue that were asked for explicitly. */
    readonly unlisted: ReadonlySet<string>;
    /** The settings are a file about more than TCP: what the catalogue does not know is not judged. */
    readonly foreign: boolean;
}

/** What a rule found; the runner adds id, key, value and place. */
export interface Finding {
    /** The setting concerned; none for a finding about the whole. */
    readonly at?: Setting;
    readonly message: string;
    readonly suggestion?: string;
    /** @default the rule's own */
    readonly severity?: Severity;
}

/** One rule. */
export interface Rule {
    /** Stable: named in `accept`, in reports and in documentation. */
    readonly id: string;
    /** The gravest that it reports. */
    readonly severity: Severity;
    /** It reports lesser cases as a warning, which can be accepted. */
    readonly lesser?: "warning";
    readonly title: string;
    /** Looks at settings; a rule without it is checked elsewhere: on the host, or while a tuning is resolved. */
    readonly check?: (settings: SettingsView, target: CheckTarget) => Iterable<Finding>;
}
