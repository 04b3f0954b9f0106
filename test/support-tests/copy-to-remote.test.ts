import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { after, before, beforeEach, describe, it } from "node:test";
import { remote } from "@pulumi/command";
import { asset } from "@pulumi/pulumi";
import { changes, failureOf, type Program, type State, withStack } from "../support/stack";
import { type SshServer, startSshServer } from "./sshd";

let server: SshServer;
let source: string;
let target: string;
before(async () => {
    server = await startSshServer();
});
after(() => server.stop());
beforeEach(() => {
    [source, target] = ["source", "target"].map((name) => path.join(server.folder, name)) as [string, string];
    [source, target].forEach((folder) => rmSync(folder, { recursive: true, force: true }));
    mkdirSync(path.join(source, "deep"), { recursive: true });
    writeFileSync(path.join(source, "a"), "content of a");
    writeFileSync(path.join(source, "deep", "b"), "content of b");
});

type Source = asset.Asset | asset.Archive;

function copy(from: Source, remotePath: string, connection = server.connection): Program {
    return async () => void new remote.CopyToRemote("copy", { connection, source: from, remotePath });
}

const content = (...names: string[]) => readFileSync(path.join(target, ...names), "utf8");

function copyIn(state: State) {
    return state.resources?.find((resource) => resource.type === "command:remote:CopyToRemote");
}

describe("a copy to a remote host", () => {
    it("copies a file, once, and again when its content or its place changes", async () => {
        const file = path.join(source, "a");
        await withStack({ program: copy(new asset.FileAsset(file), target) }, async (stack) => {
            assert.deepEqual(changes(await stack.up()), ["create copy"]);
            assert.equal(readFileSync(target, "utf8"), "content of a");
            rmSync(target);
            assert.deepEqual(changes(await stack.up()), []);
            writeFileSync(file, "new content");
            assert.deepEqual(changes(await stack.up()), ["update copy"]);
            assert.equal(readFileSync(target, "utf8"), "new content");
            stack.program = copy(new asset.FileAsset(file), `${target}-2`);
            await stack.up();
            assert.equal(readFileSync(`${target}-2`, "utf8"), "new content");
            await stack.destroy();
            assert.ok(existsSync(target), "what was copied stays");
        });
    });

    it("keeps a hash of a file in the state, not its content", async () => {
        const file = new asset.FileAsset(path.join(source, "a"));
        await withStack({ program: copy(file, target) }, async (stack) => {
            await stack.up();
            const stored = JSON.stringify(copyIn(await stack.exportState()));
            assert.match(stored, /"hash":"[0-9a-f]{64}"/);
            assert.ok(!stored.includes("content of a"));
        });
    });

    it("connects to nothing when only the connection changes", async () => {
        const file = new asset.FileAsset(path.join(source, "a"));
        await withStack({ program: copy(file, target) }, async (stack) => {
            await stack.up();
            const logins = server.logins();
            stack.program = copy(file, target, { ...server.connection, dialErrorLimit: 1 });
            assert.deepEqual(changes(await stack.up()), ["update copy"]);
            assert.equal(server.logins(), logins);
        });
    });

    it("copies a text to a file, but not to a folder", async () => {
        await withStack({ program: copy(new asset.StringAsset("a text"), target) }, async (stack) => {
            await stack.up();
            assert.equal(readFileSync(target, "utf8"), "a text");
            rmSync(target);
            mkdirSync(target);
            stack.program = copy(new asset.StringAsset("another text"), target);
            assert.match((await failureOf(stack.up())).text, /remote path .*target is a directory/);
        });
    });

    it("copies a file into a folder that is there, and a folder with all that is in it", async () => {
        mkdirSync(target);
        await withStack({ program: copy(new asset.FileAsset(path.join(source, "a")), target) }, async (stack) => {
            await stack.up();
            assert.equal(content("a"), "content of a");
            stack.program = copy(new asset.FileArchive(source), target);
            await stack.up();
            assert.equal(content("source", "deep", "b"), "content of b");
            stack.program = copy(new asset.FileArchive(`${source}/`), `${target}/inside`);
            await stack.up();
            assert.equal(content("inside", "deep", "b"), "content of b");
        });
    });

    it("refuses what has no path", async () => {
        const web = new asset.RemoteAsset("file:///etc/hostname");
        await withStack({ program: copy(web, target) }, async (stack) => {
            assert.match((await failureOf(stack.up())).text, /asset must be a path-based file asset or a text asset/);
        });
    });
});
