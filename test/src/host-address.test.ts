import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { hostProblem } from "../../src/host-address";

describe("the address of a host", () => {
    for (const host of ["192.0.2.10", "web1.example.com", "web1", "2001:db8::1", "::1", "fe80::1%eth0"]) {
        it(`may be ${host}`, () => assert.equal(hostProblem(host), undefined));
    }

    const alone = "write the name or address alone, host:";
    const refused: Readonly<Record<string, string>> = {
        "192.0.2.10:22": `received "192.0.2.10:22"; ${alone} "192.0.2.10", and beside it port: 22`,
        "root@192.0.2.10": `received "root@192.0.2.10"; ${alone} "192.0.2.10", and beside it user: "root"`,
        "ssh://deploy@web1:2222/": `received "ssh://deploy@web1:2222/"; ${alone} "web1", and beside it user: "deploy", port: 2222`,
        "[2001:db8::1]:22": `received "[2001:db8::1]:22"; ${alone} "2001:db8::1", and beside it port: 22`,
        "[2001:db8::1]": `received "[2001:db8::1]"; ${alone} "2001:db8::1"`,
        "root@2001:db8::1": `received "root@2001:db8::1"; ${alone} "2001:db8::1", and beside it user: "root"`,
        "ssh://root:hunter2@web1": `received "ssh://root:…@web1"; ${alone} "web1", and beside it user: "root"`,
    };
    for (const [host, problem] of Object.entries(refused)) {
        it(`is more than an address in ${host}`, () => assert.equal(hostProblem(host), problem));
    }
});
