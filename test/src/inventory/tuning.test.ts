import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { atLeast } from "../../../src/bound";
import { perCpu, shareOfMemory } from "../../../src/fact";
import { locate, parseInventory } from "../../../src/inventory";
import { assertProblems, hostOf, problemsIn, yaml } from "./support";

const levels = yaml`
    all:
      vars:
        tcp_tuning:
          profile: base
          parameters:
            net.ipv4.tcp_fin_timeout: 30
            net.core.somaxconn: 4096
          accept:
            SYN-IGNORED: kept for old kernels
          optional: [net.ipv4.tcp_a]
          verify: {maxTimeWait: 4000}
    web:
      vars:
        tcp_tuning:
          profile: high-traffic
          parameters:
            net.core.somaxconn: 8192
            net.ipv4.tcp_rmem: [4096, 131072, 6291456]
          unlisted: {net.ipv4.icmp_ratelimit: 1000}
          optional: [net.ipv4.tcp_b, net.ipv4.tcp_a]
      hosts:
        web1:
        web2:
          tcp_tuning:
            profile:
            parameters:
              net.ipv4.tcp_fin_timeout: null
              net.ipv4.tcp_congestion_control: cubic
            accept: {SYN-IGNORED: , TW-CAP-LOW: agreed}
            verify: {settleSeconds: 120}
        web3: {tcp_tuning: false}
        web4: {tcp_tuning: {verify: false}}
    `;

describe("bounds in an inventory", () => {
    const tuned = (value: string) =>
        `all:\n  hosts:\n    web1: {tcp_tuning: {parameters: {net.core.somaxconn: ${value}}}}\n`;

    it("are the same as in a program", () => {
        const { parameters } = hostOf(parseInventory(tuned("{atLeast: 4096}"), "hosts.yaml"), "web1").tuning;
        assert.deepEqual(parameters, { "net.core.somaxconn": atLeast(4096) });
    });

    it("can hold facts, with a share in percent", () => {
        const parametersOf = (text: string) =>
            hostOf(parseInventory(tuned(text), "hosts.yaml"), "web1").tuning.parameters;
        assert.deepEqual(parametersOf("{atLeast: {perCpu: 1024, max: 65535}}"), {
            "net.core.somaxconn": atLeast(perCpu(1024, { max: 65535 })),
        });
        assert.deepEqual(parametersOf("[4096, 131072, {shareOfMemory: 2.5%}]"), {
            "net.core.somaxconn": [4096, 131072, shareOfMemory(0.025)],
        });
        assertProblems(
            tuned("{shareOfMemory: 5}"),
            /hosts\.yaml:3: net\.core\.somaxconn: shareOfMemory is 5; a share is .* \| Write/,
        );
    });

    const badFacts: readonly [string, RegExp][] = [
        [
            "{perCpu: 1e3}",
            /: perCpu is "1e3"; it takes a plain decimal number from 0\.000001 on, such as 1024 or 0\.5 \| Write/,
        ],
        ["{perCpu: +5}", /: perCpu is "\+5"; it takes a plain decimal number/],
        ["{perCpu: many}", /: perCpu is "many"/],
        ["{perCpu: }", /: perCpu is ""/],
        ["{perCpu: [1]}", /: perCpu is \[1\]/],
        ["{perCpu: 50%}", /: perCpu is "50%"; it takes a plain decimal number .* 1024 or 0\.5/],
        [
            "{shareOfMemory: 150%}",
            /: shareOfMemory is "150%"; a share is a plain decimal number .* to 1, which is 100%/,
        ],
        ["{shareOfMemory: 50}", /: shareOfMemory is 50; .* to 1, which is 100% \| Write .*\{shareOfMemory: 5%/],
        ["{perCpu: 1024, max: 64k}", /: max is "64k"; min and max are plain whole numbers/],
        ["{perCpu: 1, min: 5, max: 4}", /: min is 5, max is 4; .* the smaller first/],
        ["{perCpu: 1, most: 4}", /: it has "most", and takes/],
        [
            "{atLeast: {perCpu: 0}}",
            /: atLeast of net\.core\.somaxconn: perCpu is 0; .* \| Write net\.core\.somaxconn: \{atLeast: \{share/,
        ],
        ['{perCpu: "{{ x }}"}', /: perCpu of net\.core\.somaxconn is a Jinja template/],
    ];
    for (const [text, problem] of badFacts) {
        it(`cannot be ${text}, and the message shows what was written`, () => assertProblems(tuned(text), problem));
    }

    it("go around the whole value", () => {
        const around =
            /has a bound in its list, and a bound goes around the whole value \| Write net\.core\.somaxconn: /;
        const advice = (text: string) => {
            assertProblems(tuned(text), around);
            return problemsIn(() => parseInventory(tuned(text), "hosts.yaml"))[0]!.split(
                "Write net.core.somaxconn: ",
            )[1]!;
        };
        assert.equal(advice("[4096, {atLeast: 131072}, 5]"), "{ atLeast: [4096, 131072, 5] }");
        const fact = advice("[4096, 131072, {atMost: {shareOfMemory: 5%, max: 67108864}}]");
        assert.equal(fact, '{ atMost: [4096, 131072, {shareOfMemory: "5%", max: 67108864}] }');
        assert.doesNotThrow(() => parseInventory(tuned(fact), "hosts.yaml"));
    });

    it("are one word with one plain value", () => {
        const one =
            /hosts\.yaml:3: net\.core\.somaxconn must be a value, one bound, or a fact; .* \| Write net.*\{atLeast: 4096\}/;
        assertProblems(tuned("{atLeast: 1, atMost: 2}"), one);
        assertProblems(tuned("{least: 1}"), one);
        assertProblems(tuned("{atLeast: {atMost: 1}}"), /atLeast of net\.core\.somaxconn must be a number, text/);
        assertProblems(
            tuned("{atLeast: }"),
            /this is empty \| Write net\.core\.somaxconn: \{atLeast: 4096\}, or net\.core\.somaxconn: \{at/,
        );
    });
});

describe("tcp_tuning in an inventory", () => {
    const inventory = parseInventory(levels, "hosts.yaml");

    it("is merged level by level, key by key", () => {
        assert.deepEqual(hostOf(inventory, "web1").tuning, {
            profile: "high-traffic",
            parameters: {
                "net.ipv4.tcp_fin_timeout": 30,
                "net.core.somaxconn": 8192,
                "net.ipv4.tcp_rmem": [4096, 131072, 6291456],
            },
            unlisted: { "net.ipv4.icmp_ratelimit": 1000 },
            optional: ["net.ipv4.tcp_a", "net.ipv4.tcp_b"],
            accept: { "SYN-IGNORED": "kept for old kernels" },
            verify: { maxTimeWait: 4000 },
            onOverride: undefined,
            confirmWithinSeconds: undefined,
            observe: undefined,
            restore: undefined,
        });
    });

    it("may say what a file that wins at the next boot is", () => {
        const { hosts } = parseInventory(
            "all: {hosts: {web: {tcp_tuning: {profile: base, onOverride: warn}}}}",
            "hosts.yaml",
        );
        assert.equal(hosts[0]?.tuning.onOverride, "warn");
    });

    it("may ask for a confirmation, within 5 to 3600 seconds", () => {
        const inventory = (seconds: number) =>
            parseInventory(
                `all: {hosts: {web: {tcp_tuning: {profile: base, confirmWithinSeconds: ${seconds}}}}}`,
                "hosts.yaml",
            );
        assert.equal(inventory(60).hosts[0]?.tuning.confirmWithinSeconds, 60);
        assert.throws(() => inventory(1), /hosts\.yaml:1.*confirmWithinSeconds.*5/);
    });

    it("may say that a host stays tuned when it is taken out", () => {
        const { hosts } = parseInventory(
            "all: {hosts: {web: {tcp_tuning: {profile: base, restore: leave}}}}",
            "hosts.yaml",
        );
        assert.equal(hosts[0]?.tuning.restore, "leave");
    });

    it("is held to the known words for both, of all hosts together", () => {
        assertProblems(
            yaml`
            all:
              vars: {tcp_tuning: {profile: base}}
              hosts:
                web1: {tcp_tuning: {restore: leaf}}
                web2: {tcp_tuning: {onOverride: Warn}}
                web3: {tcp_tuning: {restore: [leave], onOverride: never}}
                web4: {tcp_tuning: {onOverride: "{{ x }}", restore: true}}
            `,
            /^hosts\.yaml:4: tcp_tuning\.restore must be originals or leave; this is "leaf" \| Write restore: leave$/,
            /^hosts\.yaml:5: tcp_tuning\.onOverride must be error or warn; this is "Warn" \| Write onOverride: warn$/,
            /^hosts\.yaml:6: .*onOverride .* this is "never" \| Write onOverride: error or onOverride: warn$/,
            /^hosts\.yaml:6: .*restore .* this is a list \| Write restore: originals or restore: leave$/,
            /^hosts\.yaml:7: .*onOverride is a Jinja template/,
            /^hosts\.yaml:7: .*restore .* this is "true"/,
        );
    });

    it("loses what a lower level leaves empty", () => {
        const { tuning } = hostOf(inventory, "web2");
        assert.equal(tuning.profile, undefined);
        assert.deepEqual(tuning.parameters, {
            "net.core.somaxconn": 8192,
            "net.ipv4.tcp_rmem": [4096, 131072, 6291456],
            "net.ipv4.tcp_congestion_control": "cubic",
        });
        assert.deepEqual(tuning.accept, { "TW-CAP-LOW": "agreed" });
        assert.deepEqual(tuning.verify, { maxTimeWait: 4000, settleSeconds: 120 });
    });

    it("leaves a host out where it is false", () => {
        assert.deepEqual(inventory.untuned, ["web3"]);
        assert.equal(hostOf(inventory, "web4").tuning.verify, false);
    });

    it("that is false for a group can be taken up again by a host, from nothing", () => {
        const text = yaml`
            all: {vars: {tcp_tuning: {profile: base, accept: {X: y}}}}
            db:
              vars: {tcp_tuning: false}
              hosts: {db1: , db2: {tcp_tuning: {profile: modern}}}
            `;
        const { hosts, untuned } = parseInventory(text, "hosts.yaml");
        assert.deepEqual(untuned, ["db1"]);
        assert.deepEqual(
            hosts.map(({ tuning: { profile, accept } }) => [profile, accept]),
            [["modern", {}]],
        );
    });

    it("knows where each parameter, reason and field was written last", () => {
        const web1 = hostOf(inventory, "web1");
        const line = (text: string, from = 0) => levels.slice(0, levels.indexOf(text, from)).split("\n").length;
        assert.deepEqual(locate(web1, "net.ipv4.tcp_fin_timeout"), {
            file: "hosts.yaml",
            line: line("net.ipv4.tcp_fin_timeout: 30"),
        });
        assert.equal(locate(web1, "net.core.somaxconn")?.line, line("net.core.somaxconn: 8192"));
        assert.equal(locate(web1, "net.ipv4.icmp_ratelimit")?.line, line("unlisted:"));
        assert.equal(locate(web1, "SYN-IGNORED")?.line, line("SYN-IGNORED: kept"));
        assert.equal(locate(web1, "profile")?.line, line("profile: high-traffic"));
        assert.equal(locate(hostOf(inventory, "web2"), "net.ipv4.tcp_fin_timeout"), undefined);
        assert.equal(web1.location.line, line("web1:"));
    });

    it("may be shared through YAML anchors and merge keys, and keeps its places", () => {
        const text = yaml`
            x: {vars: {unrelated: &web
              {profile: base, parameters: {net.core.somaxconn: 8192}}}}
            web:
              hosts:
                web1: {tcp_tuning: *web}
                web2: {tcp_tuning: {<<: *web, profile: modern}}
            `;
        const shared = parseInventory(text, "hosts.yaml");
        assert.deepEqual(
            shared.hosts.map(({ tuning: { profile, parameters } }) => [profile, parameters]),
            [
                ["base", { "net.core.somaxconn": 8192 }],
                ["modern", { "net.core.somaxconn": 8192 }],
            ],
        );
        assert.equal(locate(hostOf(shared, "web2"), "net.core.somaxconn")?.line, 2);
        assert.equal(locate(hostOf(shared, "web2"), "profile")?.line, 6);
    });

    it("with an unknown key is an error with what was probably meant", () => {
        assertProblems(
            yaml`
            all:
              vars:
                tcp_tuning:
                  profil: base
                  host_key: x
                  net.core.somaxconn: 5
                  zzz: 1
                  parameters: {net.core.somaxconn: 5}
                  verify: {max_time_wait: 5}
              hosts: {web1: , web2: }
            `,
            /^hosts\.yaml:4: tcp_tuning has no key "profil" \| Did you mean "profile"/,
            /^hosts\.yaml:5: .*"host_key" \| Did you mean "hostKey"/,
            /^hosts\.yaml:6: .*"net\.core\.somaxconn" \| Put parameters under "parameters:"/,
            /^hosts\.yaml:7: .*"zzz" \| Known are profile, parameters/,
            /^hosts\.yaml:9: tcp_tuning\.verify has no key "max_time_wait" \| Did you mean maxTimeWait/,
        );
    });

    it("with a value of the wrong type is an error with what to write", () => {
        assertProblems(
            yaml`
            all:
              vars:
                tcp_tuning:
                  profile: [base]
                  parameters:
                    net.a: yes
                    net.b: {x: 1}
                    net.c: [1, [2]]
                    net.d: [1, "two"]
                    net.e: 010
                    net.f: 1_000
                    net.g: "010"
                    net.h: 18446744073709551615
                  optional: net.x
                  accept: {TW-CAP-LOW: true}
                  verify: {settleSeconds: 5s, maxTimeWait: -1}
                  insecureIgnoreHostKey: perhaps
              hosts: {web1: }
            `,
            /^hosts\.yaml:17: tcp_tuning\.insecureIgnoreHostKey must be true or false; this is "perhaps"/,
            /^hosts\.yaml:4: tcp_tuning\.profile must be text; this is a list \| Write profile: high-traffic/,
            /^hosts\.yaml:6: net\.a must be a number, text, a fact, or a list of numbers and facts; this is "yes" \| Write net\.a: 1$/,
            /^hosts\.yaml:7: net\.b .* this is a mapping/,
            /^hosts\.yaml:8: net\.c .* this is a list/,
            /^hosts\.yaml:9: net\.d must be a number, text, a fact, or a list of numbers and facts only/,
            /^hosts\.yaml:10: net\.e is written as "010", which YAML reads as 8 \| Write plain decimal digits/,
            /^hosts\.yaml:11: net\.f is written as "1_000"/,
            /^hosts\.yaml:13: net\.h is written as "18446744073709551615".* \| .*, in quotes/,
            /^hosts\.yaml:14: tcp_tuning\.optional must be a list; this is "net\.x" \| Write optional: \[/,
            /^hosts\.yaml:15: The reason to accept TW-CAP-LOW must be text; this is "true"/,
            /^hosts\.yaml:16: verify\.settleSeconds must be a whole number from 0 to 3600; this is "5s"/,
            /^hosts\.yaml:16: verify\.maxTimeWait must be a whole number from 0 to 1000000000; this is "-1"/,
        );
    });

    it("that is empty or not a mapping is an error", () => {
        assertProblems(
            yaml`
            all:
              hosts:
                web1: {tcp_tuning: }
                web2: {tcp_tuning: high-traffic}
                web3: {tcp_tuning: {accept: {X: y}}}
            `,
            /^hosts\.yaml:3: tcp_tuning must be a mapping; this is empty \| Write tcp_tuning: \{profile: /,
            /^hosts\.yaml:4: tcp_tuning must be a mapping; this is "high-traffic"/,
            /^hosts\.yaml:5: The host "web3" has tcp_tuning, but neither a profile nor parameters/,
        );
    });

    it("cannot be a template or encrypted", () => {
        assertProblems(
            yaml`
            all:
              vars:
                harmless: "{{ lookup('x') }}"
                tcp_tuning:
                  profile: "{{ profile }}"
                  parameters:
                    net.a: {{ a }}
                    net.b: "{% if x %}1{% endif %}"
                    net.c: !vault |
                      $ANSIBLE_VAULT;1.1;AES256
                    net.d: !custom 5
              hosts: {web1: }
            `,
            /^hosts\.yaml:5: tcp_tuning\.profile is a Jinja template, and cannot be read here \| Write the value/,
            /^hosts\.yaml:7: net\.a is a Jinja template/,
            /^hosts\.yaml:8: net\.b is a Jinja template/,
            /^hosts\.yaml:9: net\.c is encrypted with ansible-vault/,
            /^hosts\.yaml:11: net\.d has the tag !custom/,
        );
    });
});

describe("a slip in an inventory", () => {
    it("is told when a section is indented so far that it becomes a host", () => {
        const slipped = yaml`
            all:
              hosts:
                web1: {tcp_tuning: {profile: base}}
                vars:
                  ansible_user: deploy
            `;
        assertProblems(
            slipped,
            /hosts\.yaml:4: "vars" stands where a host is expected.*Put vars: at the indentation of hosts:/,
        );
    });

    it("is a warning when a variable is nearly one that counts", () => {
        const { warnings } = parseInventory(
            yaml`
            all:
              hosts:
                web1: {tcp_tuning: {profile: base}, ansible_prot: 2222, tcp-tuning: {profile: full}, http_port: 80}
            `,
            "inventory.yaml",
        );
        assert.deepEqual(
            warnings.map(({ message, suggestion }) => `${message}. ${suggestion}`),
            [
                'The variable "ansible_prot" is not used. Did you mean ansible_port?',
                'The variable "tcp-tuning" is not used. Did you mean tcp_tuning?',
            ],
        );
    });

    it("is told with the number to write when a flag is a truth value", () => {
        const flag = yaml`
            all:
              hosts:
                web1: {tcp_tuning: {parameters: {net.ipv4.tcp_sack: true}}}
            `;
        assertProblems(flag, /hosts\.yaml:3: net\.ipv4\.tcp_sack must be a number.*Write net\.ipv4\.tcp_sack: 1$/);
    });
});
