import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { applyRequest } from "../../../src/agent/request";
import { packedAgent } from "../../../src/generated/agent";
import {
    type HostRequest,
    packRequest,
    partsOf,
    type RolloutRequest,
    requestText,
    unpackRequest,
} from "../../../src/rollout/request";
import { completeRollout } from "../../../src/rollout/rollout";

describe("the request of a roll-out", () => {
    const host = (name: string, text: string): HostRequest => ({
        name,
        id: `id-${name}`,
        target: {
            host: name,
            privateKey: "a key of many characters\nand lines",
            proxy: { host: "bastion", password: text },
        },
        header: `tcp-tuning 1 ${name}`,
        body: [`# ${name}`, text],
        seconds: 120,
    });
    const request = (hosts: readonly HostRequest[]): RolloutRequest => ({
        rollout: completeRollout(),
        plan: { token: "0123456789ab" },
        roster: "",
        agent: packedAgent,
        hosts,
    });

    it("comes out as it went in, whatever texts are in it", () => {
        fc.assert(
            fc.property(fc.array(fc.tuple(fc.string(), fc.string({ unit: "binary", maxLength: 60 }))), (texts) => {
                const sent = request(texts.map(([name, text]) => host(name, text)));
                assert.deepEqual(unpackRequest(packRequest(sent)), JSON.parse(JSON.stringify(sent)));
            }),
        );
    });

    it("has what hosts have in common once", () => {
        const hosts = Array.from({ length: 100 }, (_, index) => host(`web${index}`, "net.ipv4.tcp_fin_timeout = 30\n"));
        const packed = packRequest(request(hosts));
        assert.equal(packed.split("a key of many characters").length, 2);
        assert.equal(packed.split("tcp_fin_timeout").length, 2);
        assert.equal(packed.split(packedAgent).length, 2);
    });

    it("gives the agent just what it was made of", () => {
        const dropIn = "# web\nnet.ipv4.tcp_fin_timeout = 30\nnet.core.somaxconn = 4096\n";
        const text = applyRequest({ name: "shop-prod-web1", owner: "0123456789ab", dropIn });
        const parts = { ...host("web1", ""), ...partsOf(text) };
        assert.equal(requestText(parts, packedAgent), text);
        assert.match(requestText(parts, packedAgent, "probe=yes"), /^tcp-tuning 1 shop-prod-web1 .* probe=yes\n/);
    });
});
