import { counted, thousands } from "../../src/counted";
import { changes, type Run } from "../../test/support/stack";
import { valueDiffs } from "../engine-lines";
import type { Effect } from "../pulumi";
import type { Scene } from "../scene";
import { showEdit } from "../show";
import { describeChange } from "../snapshot";
import type { Step } from "./step";

const KEY = "net.ipv4.tcp_fin_timeout";
const VALUE = 20;

/** What the last host has of its own from here on. */
export const ownTuning = { parameters: { [KEY]: VALUE } };

export const change: Step = {
    title: "6. One value changed for one host: only the difference",
    async run(scene) {
        const { page, pulumi, inventory, last } = scene;
        showEdit(page, inventory.tune(last.name, ownTuning));
        const { run: previewed } = await pulumi.preview({ diff: true });
        page.lines(valueDiffs(previewed.text), "yellow");
        const { run, effect } = await pulumi.up();
        claimOneValue(scene, effect);
        claimOneHost(scene, run, effect);
    },
};

function claimOneValue({ page, last }: Scene, { changes: found, compared }: Effect): void {
    const [only] = found;
    const evidence = found.map(describeChange);
    page.claim(
        `of ${thousands(compared)} values one changed: ${evidence[0] ?? "none"}`,
        found.length === 1 && only?.host === last.name && only.key === KEY && only.after === String(VALUE),
        evidence,
    );
}

function claimOneHost({ page, last, hosts }: Scene, run: Run, { connections }: Effect): void {
    const found = changes(run);
    page.claim(
        `the fleet was updated, and no more than ${last.name} was asked: applied, and verified again`,
        String(found) === "update fleet,update fleet-plan,update fleet-rollout" && connections.get(last.name) === 1,
        found,
    );
    if (hosts.hosts.length > 1) {
        const reached = [...connections].filter(([host, count]) => host !== last.name && count > 0);
        page.claim(
            "no connection was opened to any other host",
            reached.length === 0,
            reached.map(([host, count]) => `${host} accepted ${counted(count, "connection")}`),
        );
    }
}
