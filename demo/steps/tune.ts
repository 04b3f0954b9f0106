import { counted } from "../../src/counted";
import { dropInPath, nameOf, renderDropIn } from "../../src/drop-in";
import type { Effect } from "../pulumi";
import { readReports } from "../reports";
import { PROJECT, type Scene, STACK, settings } from "../scene";
import { showStates, showSummary, showValues } from "../show";
import { describeChange, wrongValues } from "../snapshot";
import type { Step } from "./step";

export const tune: Step = {
    title: "3. Up: the profile high-traffic, applied and verified",
    async run(scene) {
        const { page, pulumi, original } = scene;
        const { effect, outputs } = await pulumi.up();
        showValues(page, [...settings.keys()], original, effect.after);
        showStates(page, await readReports(pulumi.stack));
        page.line("(ESTABLISHED: the roll-out's own SSH connections)", "dim");
        showSummary(page, outputs);
        claimInForce(scene, effect);
        claimNothingElse(scene, effect);
        await claimDropIns(scene);
        claimConnections(scene, effect);
    },
};

function claimInForce({ page, hosts }: Scene, { after }: Effect): void {
    const wrong = wrongValues(after, settings);
    page.claim(
        `all ${settings.size} values of the profile are live on ${counted(hosts.hosts.length, "host")}`,
        wrong.length === 0,
        wrong,
    );
}

function claimNothingElse({ page }: Scene, { changes, compared }: Effect): void {
    const others = changes.filter(({ key }) => !settings.has(key));
    const found = `${changes.length} of ${counted(compared, "value")} differ`;
    page.claim(
        `nothing else changed: ${found}, and all are the profile's`,
        others.length === 0,
        others.map(describeChange),
    );
}

async function claimDropIns({ page, hosts: { hosts } }: Scene): Promise<void> {
    const written = [...settings].map(([key, value]) => ({ key, value, optional: false }));
    const wrong = await Promise.all(
        hosts.map(async (host) => {
            const name = nameOf(PROJECT, STACK, host.name);
            const { stdout, stderr } = await host.exec(["cat", dropInPath(name)]);
            return stdout === renderDropIn(name, written)
                ? []
                : [`${host.name}: ${dropInPath(name)}: ${stderr || stdout}`];
        }),
    );
    page.claim(
        `the same ${settings.size} are in a drop-in in /etc/sysctl.d, for the next boot`,
        wrong.flat().length === 0,
        wrong.flat(),
    );
}

function claimConnections({ page }: Scene, { connections }: Effect): void {
    const others = [...connections].filter(([, count]) => count !== 1);
    page.claim(
        "it took one SSH connection a host, to apply and to verify",
        others.length === 0,
        others.map(([host, count]) => `${host} accepted ${counted(count, "connection")}`),
    );
}
