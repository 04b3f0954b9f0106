import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { stackOfInventory } from "../../src/pulumi-project";

describe("the stack that is given for an inventory", () => {
    let folder: string;
    beforeEach(() => {
        folder = mkdtempSync(join(tmpdir(), "pulumi-project-"));
        writeFileSync(join(folder, "Pulumi.yaml"), "name: shop\n");
    });
    afterEach(() => rmSync(folder, { recursive: true }));

    const given = (stack?: string) => stackOfInventory(join(folder, "inventory.yaml"), { stack });
    const configure = (...stacks: string[]) =>
        stacks.forEach((stack) => writeFileSync(join(folder, `Pulumi.${stack}.yaml`), "config: {}\n"));

    it("is taken at its word without a file, and that is told with the nearest name", () => {
        configure("dev", "prod");
        const { name, caution } = given("acme/shop/prdo");
        assert.deepEqual(name, { project: "shop", stack: "prdo" });
        assert.equal(caution, `No Pulumi.prdo.yaml is in ${folder}. Did you mean --stack prod?`);
        assert.match(given("elsewhere").caution ?? "", /\. Stacks with a file there: dev, prod\.$/);
    });

    it("is told to have no file where no stack has one", () => {
        mkdirSync(join(folder, "stacks"));
        writeFileSync(join(folder, "Pulumi.yaml"), "name: shop\nstackConfigDir: stacks\n");
        configure("prod");
        assert.equal(
            given("prod").caution,
            `No Pulumi.prod.yaml is in ${join(folder, "stacks")}. No stack has a file there.`,
        );
    });

    it("is not spoken of where it has a file, or none is given", () => {
        configure("prod");
        assert.deepEqual([given("prod").caution, given().caution], [undefined, undefined]);
    });

    it("is the one that names no other inventory where it names none, with its hosts", () => {
        writeFileSync(join(folder, "inventory.yaml"), "");
        writeFileSync(join(folder, "Pulumi.dev.yaml"), 'config: { "pulumi-tcp-tuning:inventory": other.yaml }\n');
        writeFileSync(join(folder, "Pulumi.prod.yaml"), 'config: { "pulumi-tcp-tuning:hosts": "web:!web3" }\n');
        const { name, hosts } = given();
        assert.deepEqual([name, hosts], [{ project: "shop", stack: "prod" }, "web:!web3"]);
    });
});
