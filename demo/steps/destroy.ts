import { isDeepStrictEqual } from "node:util";
import { counted } from "../../src/counted";
import { readMachine, type Scene, settings } from "../scene";
import { showValues } from "../show";
import { changedFiles, changedValues, countValues, describeChange, readHosts } from "../snapshot";
import type { Step } from "./step";

export const destroy: Step = {
    title: "8. Destroy: every original back",
    async run(scene) {
        const { page, pulumi, original } = scene;
        const { effect } = await pulumi.destroy();
        showValues(page, [...settings.keys()], original, effect.after);
        await claimOriginals(scene);
        page.claim(
            `this machine's own values of the ${settings.size} parameters are what they were, too`,
            isDeepStrictEqual(readMachine(), scene.machine),
            Object.keys(scene.machine),
        );
    },
};

async function claimOriginals({ page, hosts, original }: Scene): Promise<void> {
    const now = await readHosts(hosts.hosts);
    const values = changedValues(original, now);
    const compared = `${counted(countValues(original), "value")} on ${counted(hosts.hosts.length, "host")}`;
    page.claim(
        `${compared} compared with those read at the start: all are equal`,
        values.length === 0,
        values.map(describeChange),
    );
    const files = changedFiles(original, now);
    page.claim("nothing is left in /etc/sysctl.d and /var/lib/tcp-tuning of any host", files.length === 0, files);
}
