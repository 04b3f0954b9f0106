import { thousands } from "../../src/counted";
import type { Scene } from "../scene";
import { countValues } from "../snapshot";
import { elide } from "../text";

const FIRST_LINES = 22;

/** Says what was started, and shows the inventory. */
export function introduceHosts({ page, hosts, inventory, original }: Scene): void {
    page.paragraph(
        "Each has a network namespace, TCP parameters, /etc and /var of its own, and an OpenSSH server. " +
            "The user deploy logs in with a key and becomes root by sudo. This is the inventory, in Ansible's own format:",
    );
    page.gap();
    page.line(inventory.path, "dim");
    page.lines(elide(inventory.text.trimEnd().split("\n"), FIRST_LINES, 2).map((line) => `  ${line}`));
    page.gap();
    page.paragraph(`To compare with later, ${thousands(countValues(original))} values under /proc/sys/net were read.`);
    const ledgers = [...original].flatMap(([host, { files }]) =>
        files.filter((file) => file.includes("tcp-tuning")).map((file) => `${host}: ${file}`),
    );
    page.claim(
        `nothing of a tuning is on ${hosts.hosts.length === 1 ? "the host" : "any host"} yet`,
        ledgers.length === 0,
        ledgers,
    );
}
