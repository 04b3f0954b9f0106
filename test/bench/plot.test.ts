import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import type { Browser } from "puppeteer-core";
import type { Machine } from "../../bench/machine";
import { type PeerName, peerNames, peerOf } from "../../bench/peers";
import { phaseNames } from "../../bench/phases";
import { plotResults } from "../../bench/plot";
import type { Measurement, Results } from "../../bench/results";
import { browserUnavailable, show, startBrowser } from "../support/browser";

/** Three rounds of every phase; the nth peer takes about n times the time of the first. */
function resultsOf(hosts: readonly number[], peers: readonly PeerName[]): Results {
    const measurements = hosts.flatMap((count) =>
        [1, 2, 3].flatMap((round) =>
            peers.flatMap((peer, nth) =>
                phaseNames.map((phase): Measurement => {
                    const seconds = (nth + 1) * (0.2 + count / 20) * (1 + round / 10);
                    const rest = { loadBefore: 0, peakBytes: 1, logins: count };
                    return { peer, hosts: count, phase, round, seconds, ...rest };
                }),
            ),
        ),
    );
    return { schema: 1, date: "2026-11-27T10:00:00.000Z", machine: {} as Machine, keys: 16, measurements };
}

/** What a reader of the picture has before them, measured by the browser. */
interface Seen {
    readonly error: string | undefined;
    readonly labels: readonly { readonly text: string; readonly colour: string; readonly box: readonly number[] }[];
    readonly outside: readonly string[];
    readonly overlapping: readonly string[];
    /** By line, the heights of its points, from the left. */
    readonly lines: readonly (readonly number[])[];
    readonly ground: string;
}

const LOOK = `(() => {
    const box = (element) => element.getBoundingClientRect();
    const picture = box(document.documentElement);
    const texts = [...document.querySelectorAll("text")];
    const crosses = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom - 2 && b.top < a.bottom - 2;
    return {
        error: document.querySelector("parsererror")?.textContent,
        labels: texts.filter((text) => text.classList.contains("label")).map((text) => ({
            text: text.textContent, colour: getComputedStyle(text).fill, box: [box(text).left, box(text).top] })),
        outside: texts.filter((text) => box(text).right > picture.right || box(text).left < 0 || box(text).bottom > picture.bottom)
            .map((text) => text.textContent),
        overlapping: texts.flatMap((text, nth) => texts.slice(nth + 1)
            .filter((other) => crosses(box(text), box(other))).map((other) => text.textContent + " / " + other.textContent)),
        lines: [...document.querySelectorAll("polyline")].map((line) => [...line.points].map((point) => point.y)),
        ground: getComputedStyle(document.querySelector("rect")).fill,
    };
})()`;

describe("the picture of a benchmark", { skip: browserUnavailable() ?? false }, () => {
    let browser: Browser;
    let folder: string;

    before(async () => {
        folder = mkdtempSync(join(tmpdir(), "tcp-tuning-plot-test-"));
        browser = await startBrowser();
    });
    after(async () => {
        await browser?.close();
        rmSync(folder, { recursive: true });
    });

    async function look(results: Results, theme: "light" | "dark" = "light"): Promise<Seen> {
        const file = join(folder, "results.svg");
        writeFileSync(file, plotResults(results));
        const { page, requests } = await show(browser, { file, width: 1100, theme });
        const seen = (await page.evaluate(LOOK)) as Seen;
        await page.close();
        assert.deepEqual(requests, []);
        return seen;
    }

    for (const [what, hosts, peers] of [
        ["every peer and up to 1,000 hosts", [1, 10, 40, 1000], peerNames],
        ["one number of hosts", [40], ["ssh", "ansible"]],
        ["one peer and numbers of hosts close to each other", [999, 1000], ["ssh"]],
    ] as const) {
        it(`is well-formed, with every text inside and readable, for ${what}`, async () => {
            const { error, labels, outside, overlapping, lines } = await look(resultsOf(hosts, peers));
            assert.equal(error, undefined);
            assert.deepEqual([outside, overlapping], [[], []]);
            const titles = phaseNames.flatMap(() => peers.map((peer) => peerOf(peer).title));
            assert.deepEqual(
                labels.map(({ text }) => text),
                titles,
            );
            assert.deepEqual(
                lines.map((points) => points.length),
                titles.map(() => hosts.length),
            );
        });
    }

    it("has more time higher up, and labels in the order of their lines", async () => {
        const { lines, labels } = await look(resultsOf([1, 10, 40], ["ssh", "per-host", "ansible"]));
        for (const line of lines) {
            assert.deepEqual(
                [...line],
                [...line].sort((a, b) => b - a),
            );
        }
        const heights = labels.slice(0, 3).map(({ box }) => box[1]!);
        assert.deepEqual(
            heights,
            [...heights].sort((a, b) => b - a),
        );
    });

    it("is light or dark as its reader has it", async () => {
        const results = resultsOf([1, 10], peerNames);
        const [light, dark] = [await look(results, "light"), await look(results, "dark")];
        for (const [{ ground, labels }, sign] of [
            [light, -1],
            [dark, 1],
        ] as const) {
            for (const { text, colour } of labels) {
                assert.ok(contrast(ground, colour) >= 4.5, `${text}: ${colour} on ${ground}`);
                assert.ok(sign * (luminance(colour) - luminance(ground)) > 0, `${text}: ${colour} on ${ground}`);
            }
        }
    });
});

/** As WCAG has it. */
function contrast(one: string, other: string): number {
    const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: string): number {
    const [red = 0, green = 0, blue = 0] = (colour.match(/[\d.]+/g) ?? []).map((channel) => {
        const share = Number(channel) / 255;
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
