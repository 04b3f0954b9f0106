import { thousands } from "../../src/counted";
import { timeWaitBurst } from "../../test/support/time-wait-burst";
import type { TuningVars } from "../inventory";
import type { Outcome } from "../pulumi";
import { failures, readReports, readSummary } from "../reports";
import { type Scene, settings } from "../scene";
import { showEdit } from "../show";
import { wrongValues } from "../snapshot";
import { seconds } from "../text";
import type { Step } from "./step";

const CONNECTIONS = 4000;
/** Less may be counted where the burst is slow, since the first sockets end after a minute; it has to be thousands. */
const LEAST = 2000;
/** Both below the profile's tcp_max_tw_buckets, 5000, without which a limit could not fail. */
const HIGH = 4800;
const LOW = 500;

export const load: Step = {
    title: "4. A real TIME_WAIT load, verified under a high, a low and the group's own limit",
    async run(scene) {
        await burst(scene);
        await passes(scene);
        await fails(scene);
        await isWellAgain(scene);
    },
};

async function burst({ page, first }: Scene): Promise<void> {
    const started = Date.now();
    const { connections, timeWaitBefore, timeWaitAfter } = await timeWaitBurst(first, { connections: CONNECTIONS });
    page.paragraph(
        `Inside ${first.name}, ${thousands(connections)} connections were opened and closed in ` +
            `${seconds(Date.now() - started)}. Sockets in TIME_WAIT: ${thousands(timeWaitBefore)} before, ` +
            `${thousands(timeWaitAfter)} now. Each stays for 60 s, whatever is tuned.`,
    );
}

/** Gives the first host limits of its own, or the group's, and runs `pulumi up`. */
async function upWith({ page, inventory, first, pulumi }: Scene, verify: TuningVars["verify"]): Promise<Outcome> {
    showEdit(page, inventory.tune(first.name, verify && { verify }));
    return pulumi.attempt("up");
}

async function passes(scene: Scene): Promise<void> {
    const { page, first } = scene;
    const outcome = await upWith(scene, { maxTimeWait: HIGH });
    const found = await countFound(scene);
    showFirst(scene, outcome);
    page.claim(
        `under the limit of ${thousands(HIGH)} the verification passes, and has counted thousands`,
        !outcome.failed && found > LEAST && found <= HIGH,
        [`${first.name}: ${found} counted`, ...reasonsOf(outcome)],
    );
}

async function fails(scene: Scene): Promise<void> {
    const { page, first } = scene;
    const outcome = await upWith(scene, { maxTimeWait: LOW, settleSeconds: 3 });
    const reasons = reasonsOf(outcome);
    reasons.forEach((reason) => page.paragraph(reason, "yellow"));
    const [, count = "0"] =
        new RegExp(`^${first.name} failed: TIME_WAIT is (\\d+), above its limit of ${LOW}, [^;]*;`).exec(
            reasons[0] ?? "",
        ) ?? [];
    page.claim(
        `under the limit of ${LOW} pulumi up fails, for this reason alone`,
        outcome.failed && Number(count) > LOW && reasons.length === 1 && !/;.*;/.test(reasons[0] ?? ""),
        outcome.failed ? reasons : ["pulumi up succeeded"],
    );
    const lost = wrongValues(outcome.effect.after, settings);
    page.claim(`the tuning stays applied: all ${settings.size} values are live on every host`, lost.length === 0, lost);
}

async function isWellAgain(scene: Scene): Promise<void> {
    const { page } = scene;
    const outcome = await upWith(scene, undefined);
    showFirst(scene, outcome);
    page.claim("under the group's own limit all is well again", !outcome.failed, reasonsOf(outcome));
}

async function countFound({ pulumi, first }: Scene): Promise<number> {
    const reports = await readReports(pulumi.stack);
    return reports.find(({ host }) => host === first.name)?.timeWait.count ?? 0;
}

function showFirst({ page, first }: Scene, { outputs }: Outcome): void {
    const line = new Map(readSummary(outputs)).get(first.name);
    page.paragraph(`${first.name}: ${line ?? "no summary"}`);
}

function reasonsOf({ run, failed }: Outcome): string[] {
    const reasons = failures(run);
    return failed && reasons.length === 0 ? [run.text] : reasons;
}
