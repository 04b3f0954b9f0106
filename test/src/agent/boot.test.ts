import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { gunzipSync } from "node:zlib";
import * as fc from "fast-check";
import { applyRequest } from "../../../src/agent/request";
import { packedAgent } from "../../../src/generated/agent";
import { parseReport } from "../../../src/report";
import { type AgentHost, dropInOf, requestOf, SHELLS, startAgentHost } from "../../support/agent-host";
import { hostsUnavailable, type TestHosts } from "../../support/hosts";

const FOLDERS = ["/etc/sysctl.d", "/run/sysctl.d", "/usr/local/lib/sysctl.d", "/usr/lib/sysctl.d"];
const NAMES = [
    "10-a.conf",
    "50-b.conf",
    "9-c.conf",
    "99-sysctl.conf",
    "99-tcp-tuning-shop.conf",
    "B.conf",
    "a.conf",
    "zz.conf",
    ".hidden.conf",
    "note.txt",
];
const KEYS = [
    "net.ipv4.tcp_fin_timeout",
    "net.ipv4.tcp_keepalive_time",
    "net.ipv4.tcp_keepalive_intvl",
    "net.core.somaxconn",
    "net.ipv4.conf.lo.tag",
    "net.ipv4.conf.eth0.tag",
];
const PATTERNS = [
    ...KEYS,
    ...KEYS,
    "net/ipv4/tcp_fin_timeout",
    "net/core//somaxconn",
    "net.ipv4.tcp_keepalive_*",
    "net.ipv4.conf.*.tag",
    "net.ipv4.conf.[!l]*.tag",
    "net.ipv4.conf.?o.tag",
    "net.*.somaxconn",
    "net.ipv4.*",
    "net/ipv4/conf/*/tag",
    "net.ipv4.tcp_[fk]*e*",
    "/net/ipv4/tcp_keepalive_time",
    "net.ipv4.conf.eth[0-9].tag",
];
/** What the keys are before each boot; every assignment has another value, which says whose it is. */
const UNSET = "1";

type Content = { readonly lines: readonly Line[] } | { readonly link: string } | "folder";
type Line = { readonly form: string; readonly pattern: string };
type Tree = Readonly<Record<string, Content>>;

const line = fc.record({
    form: fc.constantFrom(
        "K = V",
        "K = V",
        "K = V",
        "K=V",
        "-K = V",
        " \t K\t=\tV  ",
        "- K = V",
        "-K",
        "K",
        "# K = V",
        ";K=V",
        "K =",
        "K = V # V",
    ),
    pattern: fc.constantFrom(...PATTERNS),
});
const content: fc.Arbitrary<Content> = fc.oneof(
    { weight: 8, arbitrary: fc.record({ lines: fc.array(line, { maxLength: 5 }) }) },
    { weight: 2, arbitrary: fc.record({ link: fc.constantFrom("/dev/null", "/nonexistent", "/etc/sysctl.conf") }) },
    { weight: 1, arbitrary: fc.constant("folder" as const) },
);
const path = fc.tuple(fc.constantFrom(...FOLDERS), fc.constantFrom(...NAMES)).map((parts) => parts.join("/"));
const tree: fc.Arbitrary<Tree> = fc
    .tuple(
        fc.array(fc.tuple(path, content), { minLength: 1, maxLength: 7 }),
        fc.record({ lines: fc.array(line, { maxLength: 3 }) }),
    )
    .map(([files, conf]) => ({ ...Object.fromEntries(files), "/etc/sysctl.conf": conf }));

/** Shell that lays the tree out, each value used once. */
function layOut(files: Tree): string {
    let value = 1;
    const text = ({ lines }: { lines: readonly Line[] }) =>
        lines
            .map(({ form, pattern }) => `${form.replace("K", pattern).replaceAll("V", () => `${++value}`)}\n`)
            .join("");
    return Object.entries(files)
        .map(([file, what]) =>
            what === "folder"
                ? `mkdir -p ${file}`
                : "link" in what
                  ? `ln -s ${what.link} ${file}`
                  : `cat >${file} <<'=file'\n${text(what)}=file`,
        )
        .join("\n");
}

describe("the computation of the next boot", { skip: hostsUnavailable() ?? false }, () => {
    let agent: AgentHost;
    let hosts: TestHosts;

    before(async () => {
        ({ agent, hosts } = await startAgentHost(SHELLS[0]));
        await agent.host.mustExec("mount -t tmpfs tmpfs /usr/local/lib");
        await agent.host.writeFile("/tmp/agent", gunzipSync(Buffer.from(packedAgent, "base64")).toString());
        // Known to the agent, and without a drop-in of its own that would decide.
        await agent.host.writeFile(
            "/var/lib/tcp-tuning/other/ledger",
            `generation 1\n${KEYS.map((key) => `set ${key} ${UNSET}\n`).join("")}`,
        );
    });
    after(() => hosts.stop());

    /** Boots with each tree: what systemd-sysctl made of the keys, and what the agent says that it would. */
    async function boot(trees: readonly Tree[]): Promise<{ live: string[]; computed: (string | undefined)[] }[]> {
        const files = KEYS.map((key) => `/proc/sys/${key.replaceAll(".", "/")}`);
        const once = (each: Tree) =>
            [
                `rm -rf ${FOLDERS.map((folder) => `${folder}/* ${folder}/.h*`).join(" ")}; mkdir -p ${FOLDERS.join(" ")}`,
                ...files.map((file) => `echo ${UNSET} >${file}`),
                layOut(each),
                "/usr/lib/systemd/systemd-sysctl 2>/dev/null",
                `cat ${files.join(" ")} | tr '\\n' ' '; echo`,
                "sh /tmp/agent observe other",
            ].join("\n");
        const printed = (await agent.host.mustExec(trees.map(once).join("\n"))).trimEnd().split("\n");
        return trees.map((_, index) => {
            const rows = (JSON.parse(printed[2 * index + 1] ?? "") as { keys: Record<string, (string | null)[]> }).keys;
            const computed = KEYS.map((key) => rows[key]?.[4] ?? undefined);
            return { live: (printed[2 * index] ?? "").trim().split(" "), computed };
        });
    }

    it("comes to the same as systemd-sysctl itself, on 400 trees of files", async (test) => {
        const seed = Date.now() % 1_000_000_000;
        const trees = fc.sample(tree, { numRuns: 400, seed });
        let decided = 0;
        for (let first = 0; first < trees.length; first += 50) {
            const batch = trees.slice(first, first + 50);
            for (const [index, { live, computed }] of (await boot(batch)).entries()) {
                const expected = computed.map((decider) => decider?.replace(/^\S+ ?/, "") || UNSET);
                // A value with a comment behind it is refused by the kernel, and the file decides nevertheless.
                const real = live.map((value, key) => (expected[key]?.includes("#") ? expected[key] : value));
                assert.deepEqual(
                    expected,
                    real,
                    `seed ${seed}, tree ${first + index}:\n${layOut(batch[index] ?? {})}\n${computed.join("\n")}`,
                );
                decided += computed.filter((decider) => decider !== undefined).length;
            }
        }
        test.diagnostic(
            `${trees.length} trees (seed ${seed}), ${decided} of ${trees.length * KEYS.length} keys decided by a file`,
        );
        assert.ok(decided > trees.length);
    });
});

for (const shell of SHELLS) {
    describe(`a file that wins at the next boot, under ${shell.shell}`, { skip: hostsUnavailable() ?? false }, () => {
        const TUNING = { "net.ipv4.tcp_fin_timeout": "30", "net.ipv4.tcp_keepalive_time": "600" };
        const LATER = "/etc/sysctl.d/zz-own.conf";
        let agent: AgentHost;
        let hosts: TestHosts;

        before(async () => void ({ agent, hosts } = await startAgentHost(shell)));
        after(() => hosts.stop());
        beforeEach(async () => {
            await agent.restore(TUNING);
            await agent.host.mustExec(`rm -f ${LATER}; mkdir -p /etc/sysctl.d`);
        });

        const overrule = () => agent.host.writeFile(LATER, "# ours\nnet/ipv4/tcp_fin_timeout=44\n");
        const warned = () =>
            applyRequest({
                name: "shop-prod-web",
                owner: "shop-prod-web",
                dropIn: dropInOf(TUNING),
                onOverride: "warn",
            });

        it("is named before anything is changed", async () => {
            await overrule();
            const before = await agent.state();
            const { code, stderr } = await agent.apply(TUNING);
            assert.equal(code, 71, stderr);
            assert.match(
                stderr,
                /BOOT-OVERRIDDEN: at the next boot \/etc\/sysctl\.d\/zz-own\.conf:2 gives net\.ipv4\.tcp_fin_timeout the value 44/,
            );
            assert.deepEqual(await agent.state(), before);
        });

        it("is only told with onOverride: warn, and reported", async () => {
            await overrule();
            const applied = await agent.send("apply", warned());
            assert.equal(applied.code, 0, applied.stderr);
            assert.match(applied.stderr, /BOOT-OVERRIDDEN: .*zz-own\.conf:2/);
            const { code, stdout } = await agent.verify(TUNING, { onOverride: "warn" });
            assert.equal(code, 0);
            const { keys } = parseReport(stdout);
            assert.equal(keys["net.ipv4.tcp_fin_timeout"]?.status, "overridden");
            assert.deepEqual(keys["net.ipv4.tcp_fin_timeout"]?.atBoot, { by: `${LATER}:2`, value: "44" });
            assert.equal(keys["net.ipv4.tcp_keepalive_time"]?.status, "applied");
        });

        it("fails the verification when it came after the tuning, and a reboot proves that right", async () => {
            assert.equal((await agent.apply(TUNING)).code, 0);
            await overrule();
            const { code, stderr } = await agent.verify(TUNING);
            assert.equal(code, 76);
            assert.match(stderr, /BOOT-OVERRIDDEN: .*zz-own\.conf:2 gives net\.ipv4\.tcp_fin_timeout the value 44/);
            await agent.host.reboot();
            assert.equal(await agent.host.readSysctl("net.ipv4.tcp_fin_timeout"), "44");
        });

        it("does not matter when it says the same, or comes before", async () => {
            await agent.host.writeFile(LATER, "net.ipv4.tcp_fin_timeout = 30\n");
            await agent.host.writeFile("/etc/sysctl.d/10-own.conf", "net.ipv4.tcp_keepalive_time = 44\n");
            const { code, stderr } = await agent.apply(TUNING);
            await agent.host.mustExec("rm /etc/sysctl.d/10-own.conf");
            assert.equal(code, 0, stderr);
        });

        it("may also be one that takes the key out", async () => {
            await agent.host.writeFile(LATER, "-net.ipv4.tcp_fin_timeout\n");
            const { code, stderr } = await agent.send("apply", requestOf(TUNING));
            assert.equal(code, 71);
            assert.match(stderr, /zz-own\.conf:1 keeps net\.ipv4\.tcp_fin_timeout from being set/);
        });
    });
}
