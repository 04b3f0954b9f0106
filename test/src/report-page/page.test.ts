import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import type { AxeResults } from "axe-core";
import type { Browser } from "puppeteer-core";
import type { FleetHost } from "../../../src/fleet";
import type { HostReport } from "../../../src/report";
import { reportPage } from "../../../src/report-page/page";
import { browserUnavailable, show, startBrowser } from "../../support/browser";
import { fleetReports } from "../../support/fleet";
import { valid } from "../../support/report-schema";

const fleetOf = (count: number): FleetHost[] =>
    fleetReports(count).map((report) => ({ name: report.host, report: valid(report) }));
/** One host of each kind, among them one in a container and one with a long name. */
const mixed = fleetOf(54).filter((_, index) => [0, 2, 3, 5, 6, 8, 23, 37, 53].includes(index));
const made = new Date("2026-11-26T03:00:00Z");

/** A report in which everything that comes from a host is an attack. */
function hostile(): HostReport {
    const evil = `"'><img src=https://evil.example/x onerror="document.title='hit'"><script>document.title="hit"</script>`;
    const [, , report] = fleetReports(3) as [HostReport, HostReport, HostReport];
    const listed = report.listeners.listed.map((listener) => ({ ...listener, process: evil, address: evil }));
    const atBoot = { by: evil, value: evil };
    return {
        ...report,
        host: evil,
        kernel: evil,
        name: evil,
        boot: evil,
        keys: { [evil]: { status: "overridden", wanted: evil, original: evil, atBoot, bound: evil, computed: evil } },
        states: { now: { [evil]: 1 } },
        listeners: { total: 3, listed },
        rivals: [evil],
        ok: false,
        problems: [evil],
    };
}

describe("the page of a fleet", () => {
    it("is the same for the same reports in any order", () => {
        assert.equal(reportPage(fleetOf(40).reverse(), made), reportPage(fleetOf(40), made));
    });

    it("lets nothing load, and its own style and script alone run", () => {
        const page = reportPage(fleetOf(1), made);
        assert.match(
            page,
            /content="default-src &#39;none&#39;; style-src &#39;sha256-[^ ]+&#39;; script-src &#39;sha256-/,
        );
        assert.doesNotMatch(page, /<link|<img|@import|url\(|style="|https?:/);
    });

    it("has 300 hosts with 27 keys in less than 2 MB", () => {
        assert.ok(reportPage(fleetOf(300), made).length < 2_000_000);
    });

    it("tells a host's values, listeners, rivals and problems", () => {
        const page = reportPage(fleetOf(60), made)
            .replace(/<[^>]+>/g, " ")
            .replace(/\s+/g, " ");
        assert.match(page, /net\.ipv4\.tcp_fin_timeout ✗ is 44 instead of 30 60 30 44 as wanted/);
        assert.match(
            page,
            /net\.core\.somaxconn ! overridden at boot 4096 32768 as wanted 1024 by \/etc\/sysctl\.d\/zz-local\.conf:3/,
        );
        assert.match(
            page,
            /node_exporter \(644\) 127\.0\.0\.1, 9100 128 of 32768 nothing, or raise the program&#39;s own backlog/,
        );
        assert.match(page, /tuned runs with the profile/);
        assert.match(page, /TIME_WAIT is 4312, above its limit of 4000/);
    });

    it("tells how long ago each host was verified, and the oldest of all", () => {
        const [first, second] = fleetOf(2) as [FleetHost, FleetHost];
        const at = ({ name, report }: FleetHost, verifiedAt: string) => ({ name, report: { ...report, verifiedAt } });
        const page = reportPage([at(first, "2026-11-14T02:59:00Z"), at(second, "2026-11-26T05:00:00Z")], made);
        assert.match(page, /<dt>the oldest verification<\/dt><dd>12 days ago<\/dd>/);
        assert.match(page, /<time datetime="2026-11-14T02:59:00Z">12 days ago<\/time>/);
        assert.match(page, /<time datetime="2026-11-26T05:00:00Z">in 2 h, by its clock<\/time>/);
        assert.match(page, /verified at\s2026-11-14 02:59:00 UTC by its own clock/);
    });

    it("says so where nothing is left to do", () => {
        assert.match(reportPage(fleetOf(1), made), /Nothing is left to do/);
    });
});

describe("the page of a fleet in a browser", { skip: browserUnavailable() ?? false }, () => {
    let browser: Browser;
    let folder: string;

    before(async () => {
        folder = mkdtempSync(join(tmpdir(), "report-page-"));
        browser = await startBrowser();
    });
    after(async () => {
        await browser?.close();
        rmSync(folder, { recursive: true });
    });

    const write = (fleet: readonly FleetHost[]): string => {
        const file = join(folder, "page.html");
        writeFileSync(file, reportPage(fleet, made));
        return file;
    };
    const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

    for (const [width, theme] of [
        [390, "light"],
        [390, "dark"],
        [1440, "light"],
        [1440, "dark"],
    ] as const) {
        it(`fits ${width} pixels, loads nothing and can be read by everybody (${theme})`, async () => {
            const { page, requests } = await show(browser, { file: write(mixed), width, theme });
            await page.evaluate(`document.querySelectorAll("details").forEach((details) => (details.open = true))`);
            assert.equal(await page.evaluate("document.documentElement.scrollWidth"), width);
            await page.evaluate(axe);
            const { violations } = (await page.evaluate("axe.run()")) as AxeResults;
            assert.deepEqual(
                violations.map(({ id, help, nodes }) => [id, help, nodes[0]?.html]),
                [],
            );
            assert.deepEqual(requests, []);
            await page.close();
        });
    }

    it("fits a phone with 300 hosts, long names among them", async () => {
        const { page } = await show(browser, { file: write(fleetOf(300)), width: 390, theme: "light" });
        assert.equal(await page.evaluate("document.documentElement.scrollWidth"), 390);
        await page.close();
    });

    it("shows as text what a host says, and asks nobody for anything", async () => {
        const fleet = [{ name: hostile().host, report: hostile() }, ...fleetOf(1)];
        const { page, requests } = await show(browser, { file: write(fleet), width: 1440, theme: "light" });
        assert.equal(await page.title(), "TCP tuning of 2 hosts");
        assert.equal(
            await page.evaluate(`document.querySelectorAll("img, script:not(body > script:last-of-type)").length`),
            0,
        );
        assert.deepEqual(requests, []);
        await page.close();
    });

    it("finds a host by a part of its name, and opens the details that a link leads to", async () => {
        const { page } = await show(browser, { file: write(fleetOf(45)), width: 1440, theme: "light" });
        const shown = () =>
            page.evaluate(
                `[...document.querySelectorAll("details[data-host]")].filter(({ hidden }) => !hidden).length`,
            );
        await page.type("input[type=search]", "WEB44.");
        assert.equal(await shown(), 1);
        await page.click(".hosts tbody tr:not([hidden]) a");
        assert.equal(await page.evaluate(`document.querySelectorAll("details[data-host][open]").length`), 1);
        await page.$eval("input[type=search]", (input) => void ((input as unknown as { value: string }).value = ""));
        await page.click("input[type=checkbox]");
        assert.ok(((await shown()) as number) < 20);
        await page.close();
    });

    it("opens in print what is folded up", async () => {
        const { page } = await show(browser, { file: write(fleetOf(45)), width: 1440, theme: "light" });
        const shown = () =>
            page.evaluate(
                `[...document.querySelectorAll("details > :not(summary)")].filter((part) => part.checkVisibility()).length`,
            );
        const height = () => page.evaluate("document.documentElement.scrollHeight") as Promise<number>;
        assert.equal(await shown(), 0);
        await page.emulateMediaType("print");
        assert.ok(((await shown()) as number) >= 45);
        const asFolded = await height();
        await page.evaluate(`document.querySelectorAll("details").forEach((details) => (details.open = true))`);
        assert.ok((await height()) - asFolded < 45 * 10, "the same length as unfolded, but for padding");
        await page.close();
    });

    it("keeps a very long key from pushing the other columns out of sight", async () => {
        const [host] = fleetOf(1) as [FleetHost];
        const key = `net.ipv4.conf.${"x".repeat(240)}.rp_filter`;
        const atBoot = { by: `/etc/sysctl.d/${"y".repeat(200)}.conf:1`, value: "0" };
        const report: HostReport = { ...host.report, keys: { [key]: { status: "overridden", wanted: "1", atBoot } } };
        const { page } = await show(browser, { file: write([{ ...host, report }]), width: 1440, theme: "light" });
        await page.evaluate(`document.querySelectorAll("details").forEach((details) => (details.open = true))`);
        const widths = await page.evaluate(
            `[...document.querySelectorAll(".box")].map((box) => box.scrollWidth - box.clientWidth)`,
        );
        assert.deepEqual(
            (widths as number[]).filter((width) => width > 0),
            [],
        );
        const heads = await page.evaluate(
            `Math.max(...[...document.querySelectorAll("thead")].map((head) => head.getBoundingClientRect().height))`,
        );
        assert.ok((heads as number) < 400, `${heads} pixels`);
        await page.close();
    });

    it("reads without its script", async () => {
        const page = await browser.newPage();
        await page.setJavaScriptEnabled(false);
        await page.goto(`file://${write(fleetOf(45))}`);
        await page.setJavaScriptEnabled(true);
        assert.equal(await page.evaluate(`document.querySelector(".filter").offsetHeight`), 0);
        assert.equal(await page.evaluate(`document.querySelectorAll(".hosts tbody tr").length`), 45);
        await page.close();
    });
});
