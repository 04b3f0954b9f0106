import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Browser } from "puppeteer-core";
import { fleetStates } from "../../src/fleet";
import { readmeText, statesChart } from "../../src/readme";
import type { HostReport } from "../../src/report";
import { browserUnavailable, startBrowser } from "../support/browser";
import { fleetReports } from "../support/fleet";
import { valid } from "../support/report-schema";

const byName = (reports: readonly HostReport[]) => Object.fromEntries(reports.map((report) => [report.name, report]));

describe("the readme of a stack", () => {
    const reports = fleetReports(300);
    const readme = readmeText(byName(reports));
    const sections = readme.split(/^## /m);
    const section = (title: string) => sections.find((each) => each.startsWith(`${title}\n`)) ?? "";

    it("is made of real reports", () => reports.forEach(valid));

    it("tells hosts, kernel, parameters, TIME_WAIT against its limit, and the next boot, the worst first", () => {
        const rows = readme.split("\n").filter((line) => line.startsWith("| shop-"));
        assert.equal(
            rows[0],
            "| shop-prod-web38 | ✗ not as wanted | 25 of 27 | 1,803 | 473 | 4,000 | the same | 6.1.0-28-cloud-amd64 | 2026-11-24 13:05 |",
        );
        assert.ok(rows.some((row) => row.startsWith("| shop-prod-web7 | ! overridden at the next boot ")));
    });

    it("says what of a large fleet it leaves out, and stays small", () => {
        assert.equal(readme.match(/^\| shop-prod-web\d+ \|/gm)?.length, 50);
        assert.match(
            readme,
            /^250 hosts more, not shown here: 6 restart needed, 30 as wanted but for skipped keys, 214/m,
        );
        assert.ok(readme.length < 16_384, `${readme.length} characters`);
        assert.ok(readmeText(byName(fleetReports(3000))).length < 32_768);
    });

    it("says what each finding is, once, with its hosts", () => {
        assert.match(section("Not as wanted"), /^\| APPLY-VERIFY: .* \| shop-prod-web38, shop-prod-web75, /m);
        assert.match(
            section("Overridden at the next boot"),
            /`net\.core\.somaxconn` \| `32768` \| `1024` \| `\/etc\/sysctl\.d\/zz-local\.conf:3` \|/,
        );
        assert.match(section("Restart needed"), /^\| nginx \(80, 443\) \| .*\(34 hosts\) \|$/m);
        assert.match(section("Not in force"), /`net\.ipv4\.tcp_fin_timeout` \| `30` \| is 44 instead of 30 \|/);
        assert.match(section("Skipped"), /`net\.ipv4\.tcp_tw_reuse` \| `1` \| not on this host \|/);
        assert.match(section("Rivals"), /tuned runs with the profile/);
        assert.match(section("Connections by TCP state"), /Of the 258 of 300 hosts that know both/);
    });

    it("has no section where there is nothing to say", () => {
        const [calm] = fleetReports(1);
        assert.deepEqual(readmeText({ web1: calm }).match(/^## .*/gm), ["## Connections by TCP state"]);
    });

    it("names hosts that were not verified, and says so where none was", () => {
        assert.match(
            readmeText({ web1: undefined, web2: undefined }),
            /^\*\*0 hosts verified\.\*\*\n\nNot verified: web1, web2\.$/m,
        );
    });

    it("is the same whatever the order of the hosts", () => {
        assert.equal(readmeText(byName([...reports].reverse())), readme);
    });

    it("shows names from hosts as text", () => {
        const [{ listeners, ...calm }] = fleetReports(3).slice(2) as [HostReport];
        const listed = listeners.listed.map((listener) => ({ ...listener, process: "<b>|`x`" }));
        assert.match(
            readmeText({ "a|b": { ...calm, listeners: { ...listeners, listed } } }),
            /\| &#60;b&#62;&#124;&#96;x&#96; \(80, 443\) \| a&#124;b \|/,
        );
    });
});

describe("the chart of the readme", { skip: browserUnavailable() ?? false }, () => {
    it("is Mermaid that Mermaid draws", async () => {
        const browser = await startBrowser();
        try {
            const hosts = fleetReports(3).map((report) => ({ name: report.name, report }));
            const chart = statesChart(fleetStates(hosts)).replaceAll(/^```.*$/gm, "");
            assert.match(await drawn(browser, chart), /TIME_WAIT before/);
            await assert.rejects(drawn(browser, chart.replace("bar [", "bar [x")), /[Pp]arse error/);
        } finally {
            await browser.close();
        }
    });
});

/** The text of the chart as Mermaid draws it. */
async function drawn(browser: Browser, chart: string): Promise<string> {
    const page = await browser.newPage();
    await page.addScriptTag({ path: require.resolve("mermaid/dist/mermaid.min.js") });
    const draw = `mermaid.parse(${JSON.stringify(chart)}).then(() => mermaid.render("chart", ${JSON.stringify(chart)}))`;
    const svg = (await page.evaluate(`${draw}.then(({ svg }) => svg)`)) as string;
    await page.setContent(svg);
    return (await page.evaluate("document.body.textContent")) as string;
}
