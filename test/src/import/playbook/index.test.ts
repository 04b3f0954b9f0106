import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import fc from "fast-check";
import { catalogue } from "../../../../src/catalogue";
import { type PlaybookReading, readPlaybooks } from "../../../../src/import/playbook";
import { judgeEach } from "../../../../src/import/tunings";
import { parseSysctlFile } from "../../../../src/sysctl-file";

describe("reading playbooks", () => {
    let folder: string;
    beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "playbook-"))));
    afterEach(() => rmSync(folder, { recursive: true }));

    function write(path: string, content: string | Buffer): string {
        const file = join(folder, path);
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, content);
        return file;
    }

    /** What a reading takes, as `HOSTS KEY = VALUE`, and what it tells, as `FILE:LINE: KEY: MESSAGE`. */
    function shown({ assignments, leftOut, notes }: PlaybookReading) {
        const place = ({ location }: { location?: { file: string; line: number } }) =>
            `${location?.file.replace(`${folder}/`, "")}:${location?.line}`;
        const told = (each: PlaybookReading["leftOut"][number]) =>
            `${place(each)}: ${each.key === undefined ? "" : `${each.key}: `}${each.message}`;
        return {
            taken: assignments.map(
                ({ hosts, key, value, optional }) => `${hosts} ${optional ? "-" : ""}${key} = ${value}`,
            ),
            lines: assignments.map(place),
            leftOut: leftOut.map(told),
            notes: notes.map(told),
            advice: leftOut.map(({ suggestion }) => suggestion),
        };
    }

    /** Of a play for `web` with these tasks, written from the first column on. */
    function ofTasks(tasks: string, vars = "{}") {
        const lines = tasks
            .trim()
            .split("\n")
            .map((line) => `    ${line}`);
        return shown(
            readPlaybooks(write("site.yml", `- hosts: web\n  vars: ${vars}\n  tasks:\n${lines.join("\n")}\n`)),
        );
    }

    it("takes the module by each of its names and its arguments in each form", () => {
        const { taken, leftOut } = ofTasks(
            `
- sysctl: {name: net.a, value: 1}
- ansible.posix.sysctl: {key: net.b, val: "2"}
- ansible.builtin.sysctl: name=net.c value="3 4" state=present reload=yes
- ansible.legacy.sysctl: name={{ key }} value='{{ five }} {{ five }}'
- action: sysctl name=net.e value=6
- action: {module: ansible.posix.sysctl, name: net.f, value: 7}
- sysctl:
  args: {name: net/g/eth0.1, value: yes, ignoreerrors: true}
- {sysctl: {name: net.h, value: off}, ignore_errors: true}
- {sysctl: {name: net.i, value: "on", sysctl_file: "{{ f | default(omit) }}"}, failed_when: false}
- {sysctl: {name: net.j, value: "No"}, when: true}`,
            "{key: net.d, five: 5}",
        );
        assert.deepEqual(leftOut, []);
        assert.deepEqual(taken, [
            "web net.a = 1",
            "web net.b = 2",
            "web net.c = 3 4",
            "web net.d = 5 5",
            "web net.e = 6",
            "web net.f = 7",
            "web -net.g.eth0/1 = 1",
            "web -net.h = 0",
            "web -net.i = 1",
            "web net.j = 0",
        ]);
    });

    it("goes through loops over lists and mappings, and names the line of the item", () => {
        const { taken, lines, leftOut } = ofTasks(
            `
- sysctl: {name: "{{ item.name }}", value: "{{ item.value }}"}
  loop:
    - {name: net.a, value: 1}
    - {name: net.b, value: 2}
- sysctl: {name: "{{ item.key }}", value: "{{ item.value.low }} {{ item.value['high'] }}"}
  loop: "{{ ranges | dict2items }}"
- sysctl: {name: "{{ k.key }}", value: "{{ k.value }}"}
  with_dict: {net.d: "{{ list[1] }}"}
  loop_control: {loop_var: k}
- sysctl: {name: "net.e.{{ item }}", value: 5}
  with_items: ["{{ list }}", x]`,
            "{ranges: {net.c: {low: 3, high: 4}}, list: [8, 9]}",
        );
        assert.deepEqual(leftOut, []);
        assert.deepEqual(taken, [
            "web net.a = 1",
            "web net.b = 2",
            "web net.c = 3 4",
            "web net.d = 9",
            "web net.e.8 = 5",
            "web net.e.9 = 5",
            "web net.e.x = 5",
        ]);
        assert.deepEqual(lines.slice(0, 3), ["site.yml:6", "site.yml:7", "site.yml:2"]);
    });

    it("leaves out what only Ansible could evaluate, and says what stands for facts", () => {
        const { taken, leftOut, advice } = ofTasks(
            `
- sysctl: {name: net.a, value: "{{ ansible_memtotal_mb * 512 }}"}
- sysctl: {name: net.b, value: "{{ cpus }}"}
- sysctl: {name: net.c, value: "{{ x | default(y) }}"}
- sysctl: {name: net.d, value: "{% if x %}1{% endif %}"}
- sysctl: {name: net.e, value: "{{ lookup('env', 'X') }}"}
- sysctl: {name: net.f, value: "{{ nowhere.x }}"}
- sysctl: {name: net.g, value: "{{ round }}"}
- sysctl: {name: net.h, value: !vault x}
- sysctl: {name: "{{ item }}", value: 1}
  with_fileglob: ["*"]
- sysctl: {name: "{{ item.key }}", value: 1}
  loop: "{{ {'a': 1} | combine({}) | dict2items }}"
- sysctl: {name: net.i, value: [1, 2]}`,
            '{cpus: "{{ ansible_processor_vcpus }}", round: "{{ round }}"}',
        );
        assert.deepEqual(taken, []);
        assert.deepEqual(leftOut, [
            "site.yml:4: net.a: its value is the expression {{ ansible_memtotal_mb * 512 }}",
            "site.yml:5: net.b: its value is {{ ansible_processor_vcpus }}, and ansible_processor_vcpus is known only while Ansible runs",
            "site.yml:6: net.c: its value is the expression {{ x | default(y) }}",
            'site.yml:7: net.d: its value is the Jinja text "{% if x %}1{% endif %}"',
            "site.yml:8: net.e: its value is the expression {{ lookup('env', 'X') }}",
            "site.yml:9: net.f: its value is {{ nowhere.x }}, and nowhere is not defined in anything that was read",
            'site.yml:10: net.g: its value is the template "{{ round }}", which comes back to itself',
            "site.yml:11: net.h: its value is encrypted with ansible-vault",
            "site.yml:12: the task is in a loop by with_fileglob",
            "site.yml:14: its loop is the expression {{ {'a': 1} | combine({}) | dict2items }}",
            "site.yml:16: net.i: its value is a list, and Ansible takes text",
        ]);
        assert.match(advice[0]!, /\{ shareOfMemory: 5% \}/);
        assert.match(advice[1]!, /\{ perCpu: 1024 \}/);
    });

    it("fills in defaults for what is not defined, and says that an inventory could replace them", () => {
        const { taken, leftOut, notes } = ofTasks(
            `
- sysctl:
    name: "{{ item.name | mandatory }}"
    value: "{{ item.value | default(1) }}"
    state: "{{ item.state | default('present') }}"
    sysctl_file: "{{ file | default(omit) }}"
    ignoreerrors: "{{ item.optional | d(false) }}"
  loop:
    - {name: net.a, value: 2}
    - {name: net.b, optional: true}
    - {name: net.c, state: absent}
- sysctl: {name: net.d, value: '{{ tcp.fin_timeout | default( "30" ) }}'}
- sysctl: name=net.e value={{ on | default(True) }} state={{ state | d(omit) }}
- sysctl: {name: net.f, value: "{{ low | default(3) }} {{ box.size | default(4) }}"}
- sysctl: {name: net.g, value: "{{ item }}"}
  loop: "{{ more | default([]) }}"`,
            "{box: {size: 5}}",
        );
        assert.deepEqual(taken, [
            "web net.a = 2",
            "web -net.b = 1",
            "web net.d = 30",
            "web net.e = 1",
            "web net.f = 3 5",
        ]);
        assert.deepEqual(leftOut, [
            "site.yml:13: net.c: state: absent takes its line out of /etc/sysctl.conf, and a tuning only sets values",
        ]);
        assert.deepEqual(notes, [
            "site.yml:8: file, low, more, on, state, tcp have defaults; variables in an inventory would replace them",
        ]);
    });

    it("does without the filters that change nothing, and leaves out what another one would make", () => {
        const { taken, leftOut } = ofTasks(
            `
- sysctl: {name: "{{ name | trim }}", value: "{{ five | int }}"}
- sysctl: {name: net.b, value: "{{ five | default(6) | string | trim }}"}
- sysctl: {name: net.c, value: "{{ none | default('7') | int }}"}
- sysctl: {name: net.d, value: "{{ some | int }}"}
- sysctl: {name: net.e, value: "{{ none | mandatory }}"}
- sysctl: {name: net.f, value: "{{ none | int | default(1) }}"}
- sysctl: {name: net.g, value: "{{ ansible_processor_vcpus | default(1) }}"}
- sysctl: {name: net.h, value: "{{ none | default('', true) }}"}
- sysctl: {name: net.i, value: "{{ none | default(omit) }}"}
- sysctl: {name: net.j, value: "{{ none | default(007) }}"}
- {set_fact: {late: 1}, when: x}
- sysctl: {name: net.k, value: "{{ late | default(1) }}"}
- sysctl: {name: "{{ item.split('=')[0] }}", value: "{{ item.split('=')[1] }}"}
  with_items: ["net.core.somaxconn=1024"]`,
            '{name: " net.a ", five: 5, some: 5.5}',
        );
        assert.deepEqual(taken, ["web net.a = 5", "web net.b = 5", "web net.c = 7"]);
        assert.deepEqual(leftOut, [
            "site.yml:7: net.d: its value is {{ some | int }} of what is no whole number",
            "site.yml:8: net.e: its value is {{ none | mandatory }}, and none is not defined in anything that was read",
            "site.yml:9: net.f: its value is {{ none | int | default(1) }}, and none is not defined in anything that was read",
            "site.yml:10: net.g: its value is {{ ansible_processor_vcpus | default(1) }}, and ansible_processor_vcpus is known only while Ansible runs",
            "site.yml:11: net.h: its value is the expression {{ none | default('', true) }}",
            "site.yml:12: net.i: the task has no value",
            "site.yml:13: net.j: its value is the expression {{ none | default(007) }}",
            "site.yml:15: net.k: its value comes from set_fact under a condition (FOLDER/site.yml:14)".replace(
                "FOLDER",
                folder,
            ),
            "site.yml:16: its name is the expression {{ item.split('=')[0] }}",
        ]);
    });

    it("applies nothing to every host that is for some of them only", () => {
        const { taken, leftOut } = ofTasks(
            `
- {sysctl: {name: net.a, value: 1}, when: x}
- {sysctl: {name: net.b, value: 1}, when: true}
- block: [{sysctl: {name: net.c, value: 1}}]
  when: [x, y]
- block: [{sysctl: {name: net.d, value: 1}}]
  rescue: [{sysctl: {name: net.e, value: 1}}]
  always: [{sysctl: {name: net.f, value: 1}}]
- {sysctl: {name: net.g, value: 1}, delegate_to: lb1}
- {sysctl: {name: net.h, value: 1}, run_once: true}
- {include_tasks: more.yml, when: z}
- local_action: sysctl name=net.j value=1`.replace("more.yml", write("more.yml", "- sysctl: name=net.i value=1\n")),
        );
        assert.deepEqual(taken, ["web net.b = 1", "web net.d = 1", "web net.f = 1"]);
        assert.deepEqual(leftOut, [
            'site.yml:4: net.a: it is set only when "x"',
            'site.yml:6: net.c: it is set only when "x and y"',
            "site.yml:9: net.e: it stands under rescue, which runs only where the block before it fails",
            "site.yml:11: net.g: it is set on another host than those of the play: lb1",
            "site.yml:12: net.h: it is set on the first host only (run_once)",
            'more.yml:1: net.i: it is set only when "z"',
            "site.yml:14: net.j: it is set on another host than those of the play: the machine that runs Ansible",
        ]);
    });

    it("leaves out what runs only when it is asked for, or not at all", () => {
        const { taken, leftOut } = ofTasks(`
- {sysctl: {name: net.a, value: 1}, tags: [never]}
- {sysctl: {name: net.b, value: 1}, tags: "never, tune"}
- {sysctl: {name: net.c, value: 1}, check_mode: true}
- {sysctl: {name: net.d, value: 1}, tags: [always], check_mode: false}
- {block: [{sysctl: {name: net.e, value: 1}}], tags: never}`);
        assert.deepEqual(taken, ["web net.d = 1"]);
        assert.deepEqual(leftOut, [
            "site.yml:4: net.a: it is set only when Ansible is asked for it: --tags never (its tags have never)",
            "site.yml:5: net.b: it is set only when Ansible is asked for it: --tags tune (its tags have never)",
            "site.yml:6: net.c: it is never set, only looked at (check_mode: true)",
            "site.yml:8: net.e: it is set only when Ansible is asked for it: --tags never (its tags have never)",
        ]);
        const play = "- {hosts: web, tags: never, tasks: [{sysctl: {name: net.a, value: 1}}]}\n";
        assert.deepEqual(shown(readPlaybooks(write("never.yml", play))).taken, []);
    });

    it("leaves out what comes after the end of a play, for all or for some hosts", () => {
        const { taken, leftOut } = ofTasks(`
- {block: [{debug: }], rescue: [{meta: end_play}]}
- sysctl: {name: net.a, value: 1}
- {meta: end_host, when: is_container}
- sysctl: {name: net.b, value: 1}`);
        assert.deepEqual(taken, ["web net.a = 1"]);
        const after = "it comes after meta: end_host (SITE:6), which ends the play for some hosts";
        assert.deepEqual(
            leftOut.map((line) => line.replace(/\(\/.*site/, "(SITE").replace("SITE.yml", "SITE")),
            [`site.yml:7: net.b: ${after}`],
        );
        const two =
            "- {hosts: web, tasks: [{ansible.builtin.meta: end_play}, {sysctl: {name: net.a, value: 1}}]}\n" +
            "- {hosts: web, tasks: [{sysctl: {name: net.b, value: 1}}]}\n";
        const read = shown(readPlaybooks(write("two.yml", two)));
        assert.deepEqual(read.taken, ["web net.b = 1"]);
        assert.match(
            read.leftOut[0]!,
            /two\.yml:1: net\.a: it comes after meta: end_play \(.*two\.yml:1\), which ends the play$/,
        );
    });

    it("takes variables from where Ansible does, the strongest place first", () => {
        const task = (name: string) => `- sysctl: {name: net.${name}, value: "{{ v }}"}\n`;
        write("roles/r/defaults/main.yml", "v: default\n");
        write("roles/r/tasks/main.yml", task("r"));
        write("roles/s/vars/main.yml", "v: role\n");
        write("roles/s/tasks/main.yml", task("s"));
        write("roles/s/meta/main.yml", "dependencies: [r]\n");
        write("more.yml", "v: file\n");
        const roles = (...vars: string[]) =>
            shown(
                readPlaybooks(
                    write("site.yml", `- hosts: web\n  roles: [r, s, {role: r, v: parameter}]\n${vars.join("")}`),
                ),
            ).taken;
        assert.deepEqual(roles(), [
            "web net.r = default",
            "web net.r = role",
            "web net.s = role",
            "web net.r = parameter",
        ]);
        write("group_vars/all.yml", "v: all\n");
        assert.equal(roles()[0], "web net.r = all");
        write("group_vars/web.yml", "v: group\n");
        assert.equal(roles()[0], "web net.r = group");
        assert.equal(roles("  vars: {v: play}\n")[0], "web net.r = play");
        assert.equal(roles("  vars: {v: play}\n", "  vars_files: [more.yml]\n")[0], "web net.r = file");
        assert.equal(roles("  vars_prompt: [{name: v}]\n").length, 3);
        const { taken } = ofTasks(
            `
${task("a").trim()}
- set_fact: {v: "{{ v }}-fact"}
${task("b").trim()}
- block: [{sysctl: {name: net.c, value: "{{ w }}"}, vars: {w: task}}]
  vars: {w: block}
- include_vars: more.yml
${task("d").trim()}`,
            "{v: play}",
        );
        assert.deepEqual(taken, ["web net.a = play", "web net.b = play-fact", "web net.c = task", "web net.d = file"]);
    });

    it("notes what single hosts have otherwise than their group", () => {
        write("group_vars/all.yml", "queue: 4096\nports: {low: 1, high: 2}\nsame: 3\n");
        write("host_vars/web2.yml", "queue: 8192\nports: {low: 1, high: 9}\nsame: 3\nown: 7\nset: 1\n");
        const { taken, notes } = ofTasks(
            `
- sysctl: {name: net.a, value: "{{ queue }}"}
- sysctl: {name: net.b, value: "{{ ports.low }} {{ ports.high }}"}
- sysctl: {name: net.c, value: "{{ same }}"}
- sysctl: {name: net.d, value: "{{ own | default(5) }}"}
- sysctl: {name: net.e, value: "{{ set }}"}
- {sysctl: {name: net.f, value: "{{ unused }}"}, when: x}`,
            "{set: 2}",
        );
        assert.equal(taken.length, 5);
        assert.deepEqual(
            notes.filter((note) => note.startsWith("host_vars")),
            [
                "host_vars/web2.yml:1: web2 has its own queue, 8192, and the tuning of web has 4096: give that host its own",
                "host_vars/web2.yml:2: web2 has its own ports[high], 9, and the tuning of web has 2: give that host its own",
                "host_vars/web2.yml:4: web2 has its own own, 7, and the tuning of web has none: give that host its own",
            ],
        );
    });

    it("says where the inventory could say otherwise, and does not guess what a condition sets", () => {
        write("roles/r/defaults/main.yml", "a: 1\nb: 2\nunused: 3\n");
        write("roles/r/tasks/main.yml", '- sysctl: name=net.x value="{{ a }} {{ b }}"\n');
        const { notes } = shown(readPlaybooks(join(folder, "roles/r")));
        assert.deepEqual(notes, [
            "roles/r/defaults/main.yml:1: a, b have defaults; variables in an inventory would replace them",
        ]);
        const { leftOut } = ofTasks(
            `
- set_fact: {v: 2}
  when: old
- sysctl: {name: net.a, value: "{{ v }}"}
- {command: nproc, register: v}
- sysctl: {name: net.b, value: "{{ v.stdout }}"}`,
            "{v: 1}",
        );
        assert.match(leftOut[0]!, /net\.a: its value comes from set_fact under a condition \(.*site\.yml:4\)$/);
        assert.match(leftOut[1]!, /net\.b: its value is what a task registers as v/);
    });

    it("follows includes, imports and roles, and tells where there is nothing to follow", () => {
        write(
            "tasks/a.yml",
            "- sysctl: name=net.a.{{ n }} value=1\n- include_tasks: a.yml\n- import_tasks: gone.yml\n",
        );
        write("roles/r/tasks/other.yml", "- sysctl: name=net.r value=1\n");
        write("roles/r/tasks/main.yml", "- debug:\n");
        write("roles/r/handlers/main.yml", "- sysctl: name=net.h value=1\n");
        write("first.yml", "- hosts: db\n  tasks: [{sysctl: {name: net.first, value: 1}}]\n");
        const site =
            "- import_playbook: first.yml\n- import_playbook: none.yml\n- hosts: web\n  roles: [nowhere]\n  tasks:\n" +
            "    - {include_tasks: tasks/a.yml, loop: [1, 2], loop_control: {loop_var: n}}\n" +
            '    - include_tasks: "{{ ansible_os_family }}.yml"\n    - include_role: {name: r, tasks_from: other}\n';
        write("site.yml", site);
        const { taken, leftOut } = shown(readPlaybooks(folder));
        assert.deepEqual(taken, ["db net.first = 1", "web net.a.1 = 1", "web net.a.2 = 1", "web net.r = 1"]);
        assert.deepEqual(
            leftOut.map((line) => line.replaceAll(`${folder}/`, "")),
            [
                'site.yml:2: import_playbook is not followed: there is no file "none.yml"',
                'site.yml:4: the role "nowhere" is not followed: it is not there',
                'tasks/a.yml:2: include_tasks of "tasks/a.yml" comes back to itself',
                'tasks/a.yml:3: import_tasks is not followed: there is no file "gone.yml"',
                "site.yml:7: include_tasks is not followed: it is {{ ansible_os_family }}, and ansible_os_family is known only while Ansible runs",
                "roles/r/handlers/main.yml:1: net.h: it stands in a handler, which runs only where a task notifies it",
            ],
        );
    });

    it("tells of a role's files of tasks that nothing includes", () => {
        write("r/tasks/main.yml", "- include_tasks: used.yml\n");
        write("r/tasks/used.yml", "- sysctl: name=net.a value=1\n");
        write("r/tasks/unused.yml", "- sysctl: name=net.b value=1\n");
        const { taken, leftOut } = shown(readPlaybooks(join(folder, "r")));
        assert.deepEqual(taken, ["all net.a = 1"]);
        assert.deepEqual(leftOut, [
            "r/tasks/unused.yml:1: net.b: no include that could be followed leads to this file of tasks",
        ]);
    });

    it("gives each play's settings to its hosts, and none to a pattern", () => {
        const play = (hosts: string, index: number) =>
            `- hosts: ${hosts}\n  tasks: [{sysctl: {name: net.k${index}, value: 1}}]\n`;
        const hosts = [
            "all",
            '"*"',
            "[web, db]",
            "web:db",
            "web1.example.com",
            "localhost",
            "web:&prod",
            "!db",
            "web[1:3]",
            '"{{ target }}"',
        ];
        const { taken, leftOut } = shown(readPlaybooks(write("site.yml", hosts.map(play).join(""))));
        assert.deepEqual(taken, [
            "all net.k0 = 1",
            "all net.k1 = 1",
            "web net.k2 = 1",
            "db net.k2 = 1",
            "web net.k3 = 1",
            "db net.k3 = 1",
            "web1.example.com net.k4 = 1",
        ]);
        assert.equal(leftOut.length, 5);
        assert.match(leftOut[0]!, /^site\.yml:12: net\.k5: its play is for the machine that runs Ansible/);
        assert.match(leftOut[1]!, /^site\.yml:14: net\.k6: its play is for "web:&prod", and only Ansible/);
        assert.match(leftOut[4]!, /its play is for "\{\{ target \}\}"/);
    });

    it("gives the settings of a local connection to no host", () => {
        const text = "- {hosts: web, connection: local, tasks: [{sysctl: {name: net.a, value: 1}}]}\n";
        const { taken, leftOut } = shown(readPlaybooks(write("site.yml", text)));
        assert.deepEqual(taken, []);
        assert.deepEqual(leftOut, ["site.yml:1: net.a: its play is for the machine that runs Ansible"]);
    });

    it("takes back what a later task makes absent in the same file, and tells of both", () => {
        const { taken, leftOut } = ofTasks(`
- sysctl: {name: net.a, value: 1}
- sysctl: {name: net.b, value: 1, sysctl_file: /etc/sysctl.d/b.conf}
- sysctl: {name: net.a, state: absent}
- sysctl: {name: net.b, state: absent}`);
        assert.deepEqual(taken, ["web net.b = 1"]);
        assert.match(leftOut[0]!, /^site\.yml:4: net\.a: .*site\.yml:6 takes it out again/);
        assert.match(leftOut[1]!, /^site\.yml:6: net\.a: state: absent takes its line out of \/etc\/sysctl\.conf/);
        assert.equal(leftOut.length, 3);
    });

    it("takes lines that tasks write into sysctl.d, and tells of other ways to write them", () => {
        const own = write("files/own.conf", "net.x = 1\n");
        const { taken, lines, leftOut, advice } = ofTasks(
            `
- copy:
    dest: /etc/sysctl.d/a.conf
    content: |
      # queues
      net.a = {{ one }}
      net.b = 2
- lineinfile: {path: /etc/sysctl.conf, regexp: ^net.c, line: net.c = 3}
- blockinfile: {dest: /etc/sysctl.conf, block: "net.d=4\\nnonsense"}
- copy: {src: own.conf, dest: /etc/sysctl.d/}
- template: {src: t.j2, dest: /etc/sysctl.d/t.conf}
- copy: {content: net.e=1, dest: /etc/motd}
- shell: sysctl -w net.f=1 && curl -H 'Authorization:secret' x
- command: sysctl -p
- command: {argv: [sysctl, -q, net.g=1]}
- shell: echo 1 > /proc/sys/net/ipv4/ip_forward
- shell: |
    for i in a b; do sysctl -w net.ipv4.conf.{{ nic | d('x') }}.rp_filter=2; done
    echo vm.swappiness=1 >> /etc/sysctl.d/vm.conf
- raw: sysctl -w {{ key }}={{ value }}
- command: cp net.conf /etc/sysctl.d/net.conf
- shell: "sysctl -n net.core.somaxconn # {{ x }}=1"
- lineinfile: {path: /etc/sysctl.conf, regexp: ^net.a, state: absent}`,
            "{one: 1}",
        );
        assert.deepEqual(taken, ["web net.a = 1", "web net.b = 2", "web net.c = 3", "web net.d = 4"]);
        assert.deepEqual(lines, ["site.yml:8", "site.yml:9", "site.yml:10", "site.yml:11"]);
        assert.match(leftOut[0]!, /^site\.yml:11: "nonsense" is not "key = value"/);
        assert.deepEqual(leftOut.slice(1), [
            "site.yml:12: it writes sysctls by hand: copy of own.conf to /etc/sysctl.d/",
            "site.yml:13: it writes sysctls by hand: template of t.j2 to /etc/sysctl.d/t.conf",
            "site.yml:15: it sets net.f by hand (shell)",
            "site.yml:17: it sets net.g by hand (command)",
            "site.yml:18: it sets net.ipv4.ip_forward by hand (shell)",
            "site.yml:19: it sets net.ipv4.conf.*.rp_filter, vm.swappiness by hand (shell)",
            "site.yml:22: it sets sysctls by hand (raw)",
            "site.yml:23: it sets sysctls by hand (command)",
            "site.yml:25: it takes lines out of /etc/sysctl.conf (lineinfile, state: absent), and a tuning only sets values",
        ]);
        assert.equal(advice[1], `Import that file itself: tcp-tuning import ${own}`);
    });

    it("leaves out of a text only the lines that Ansible alone could fill in, each with its key", () => {
        const { taken, lines, leftOut } = ofTasks(
            `
- copy:
    dest: /etc/sysctl.d/a.conf
    content: |
      # {{ ansible_managed }}
      net.a = {{ one }}
      net.b = {{ ansible_memtotal_mb * 2 }}
      net.c = 3
- blockinfile: {path: /etc/sysctl.conf, block: "{% if x %}net.d=1{% endif %}"}`,
            "{one: 1}",
        );
        assert.deepEqual(taken, ["web net.a = 1", "web net.c = 3"]);
        assert.deepEqual(lines, ["site.yml:8", "site.yml:10"]);
        assert.deepEqual(leftOut, [
            "site.yml:9: net.b: its line is the expression {{ ansible_memtotal_mb * 2 }}",
            'site.yml:11: its text is the Jinja text "{% if x %}net.d=1{% endif %}"',
        ]);
    });

    it("leaves nothing unsaid that sets sysctls in still another way", () => {
        write("files/tune.sh", "#!/bin/sh\nsysctl -w net.a=1\n");
        const { taken, leftOut } = ofTasks(
            `
- community.general.ini_file: {path: /etc/sysctl.d/a.conf, section: "", option: net.a, value: 1}
- template: {src: a.j2, dest: "{{ sysctl_path }}"}
- template: {src: sysctl.conf.j2, dest: "{{ target }}"}
- template: {src: a.j2, dest: "{{ conf }}"}
- script: tune.sh --now
- script: /opt/sysctl.sh
- command: sysctl -p /opt/app/tune.conf
- shell: sysctl -q --load=/opt/app/tune.conf
- unarchive: {src: tuning.tgz, dest: /etc/sysctl.d}
- ansible.posix.synchronize: {src: sysctl.d, dest: /etc/}
- assemble: {src: parts, dest: /etc/sysctl.d/b.conf}
- get_url: {url: "https://example.com/c.conf", dest: /etc/sysctl.d/c.conf}
- file: {src: /opt/d.conf, dest: /etc/sysctl.d/d.conf, state: link}`,
            "{conf: /etc/sysctl.d/t.conf}",
        );
        assert.deepEqual(taken, []);
        assert.deepEqual(leftOut, [
            "site.yml:4: it writes sysctls by hand: ini_file to /etc/sysctl.d/a.conf",
            "site.yml:5: it writes sysctls by hand: template of a.j2 to {{ sysctl_path }}",
            "site.yml:6: it writes sysctls by hand: template of sysctl.conf.j2 to {{ target }}",
            "site.yml:7: it writes sysctls by hand: template of a.j2 to /etc/sysctl.d/t.conf",
            "site.yml:8: it sets net.a by hand (script)",
            'site.yml:9: it runs the script "/opt/sysctl.sh", which is not there to be read',
            "site.yml:10: it sets what stands in /opt/app/tune.conf (command: sysctl -p), and that file is not read",
            "site.yml:11: it sets what stands in /opt/app/tune.conf (shell: sysctl -p), and that file is not read",
            "site.yml:12: it writes sysctls by hand: unarchive of tuning.tgz to /etc/sysctl.d",
            "site.yml:13: it writes sysctls by hand: synchronize of sysctl.d to /etc/",
            "site.yml:14: it writes sysctls by hand: assemble of parts to /etc/sysctl.d/b.conf",
            "site.yml:15: it writes sysctls by hand: get_url of https://example.com/c.conf to /etc/sysctl.d/c.conf",
            "site.yml:16: it writes sysctls by hand: file of /opt/d.conf to /etc/sysctl.d/d.conf",
        ]);
        const others = ofTasks(`
- command: sysctl --system
- command: sysctl -p /etc/sysctl.d/a.conf
- file: {path: /etc/sysctl.d, state: directory}
- template: {src: a.j2, dest: "{{ target }}"}
- copy: {src: motd, dest: /etc/}
- script: other.sh`);
        assert.deepEqual(others.leftOut, []);
    });

    it("takes back what stood in a file that a later task takes away", () => {
        const { taken, leftOut } = ofTasks(`
- copy: {content: "net.a=1", dest: /etc/sysctl.d/a.conf}
- sysctl: {name: net.b, value: 1}
- file: {path: /etc/sysctl.d/a.conf, state: absent}`);
        assert.deepEqual(taken, ["web net.b = 1"]);
        assert.match(leftOut[0]!, /^site\.yml:4: net\.a: .*site\.yml:6 takes it out again/);
        assert.match(leftOut[1]!, /^site\.yml:6: it takes \/etc\/sysctl\.d\/a\.conf away \(file, state: absent\)/);
    });

    it("says which kernel modules a tuning would not load, where keys need them", () => {
        const { leftOut } = ofTasks(`
- community.general.modprobe: {name: br_netfilter}
- modprobe: {name: nf_conntrack}
- modprobe: {name: dm_crypt}
- sysctl: {name: net.bridge.bridge-nf-call-iptables, value: 1}
- sysctl: {name: net.netfilter.nf_conntrack_max, value: 262144}`);
        assert.deepEqual(leftOut, [
            "site.yml:4: it loads the kernel module br_netfilter, and a tuning does not: net.bridge.bridge-nf-call-iptables would be missing on the host",
        ]);
    });

    it("tells of tasks that Ansible would refuse, or take for something else", () => {
        const { leftOut } = ofTasks(`
- sysctl: {name: net.a, vlaue: 1}
- sysctl: {name: net.a}
- sysctl: {value: 1}
- sysctl: {name: "net a", value: 1}
- sysctl: {name: net.b, value: }
- sysctl: {name: net.c, value: {{ x }}}
- {sysctl: {name: "{{ item }}", value: 1}, loop: {a: 1}}
- sysctl: {name: net.d, value: 0600}`);
        assert.deepEqual(leftOut, [
            'site.yml:4: the module sysctl has no parameter "vlaue"',
            "site.yml:5: net.a: the task has no value",
            "site.yml:6: the task has no name, which is the key to set",
            'site.yml:7: its name is "net a", which is no key',
            "site.yml:8: net.b: its value is empty",
            "site.yml:9: net.c: its value is a Jinja template",
            "site.yml:10: its loop is no list",
            'site.yml:11: net.d: its value is written as "0600", which YAML reads as 384',
        ]);
    });

    it("reads anchors and merge keys, and the last of a key that occurs twice", () => {
        const { taken, notes } = ofTasks(`
- &base
  sysctl: &args {name: net.a, value: 1}
- sysctl: {<<: *args, name: net.b}
- sysctl: {name: net.c, value: 1, value: 2}`);
        assert.deepEqual(taken, ["web net.a = 1", "web net.b = 1", "web net.c = 2"]);
        assert.deepEqual(notes, ['site.yml:7: The key "value" occurs twice in one mapping, and the last counts']);
    });

    it("goes on without an included file that is damaged, and tells where", () => {
        const include = (name: string, content: string | Buffer) => {
            write(name, content);
            return `- include_tasks: ${name}\n`;
        };
        const tasks =
            include("tab.yml", "- sysctl:\n\tname: x\n") +
            include("two.yml", "- debug:\n---\n- debug:\n") +
            include("latin.yml", Buffer.from("- debug:\n# caf\xe9\n", "latin1")) +
            include("vault.yml", "$ANSIBLE_VAULT;1.1;AES256\n3132\n") +
            "- sysctl: name=net.a value=1";
        const { taken, leftOut } = ofTasks(tasks);
        assert.deepEqual(taken, ["web net.a = 1"]);
        const places = [
            /^tab\.yml:2: A tab/,
            /^two\.yml:2: A second YAML document/,
            /^latin\.yml:2: This line is not UTF-8/,
        ];
        for (const pattern of [...places, /^vault\.yml:1: The file is encrypted/]) {
            assert.ok(
                leftOut.some((line) => pattern.test(line)),
                leftOut.join("\n"),
            );
        }
    });

    it("refuses a named file that is no YAML, or neither plays nor tasks, with line and reason", () => {
        const refused = (content: string) => () => readPlaybooks(write("x.yml", content));
        assert.throws(refused("- a: b: c\n"), /^Error: line 1: This is no valid YAML/);
        assert.throws(refused("$ANSIBLE_VAULT;1.1;AES256\n31\n"), /line 1: The file is encrypted/);
        for (const content of ["all: {hosts: {}}\n", "", "- a\n- b\n"]) {
            assert.throws(refused(content), /it is YAML, but no list of plays or tasks/);
        }
        assert.throws(() => readPlaybooks(folder), /without a playbook or role/);
    });

    it("comes to the same values as the same lines in sysctl.conf, however a playbook is written", () => {
        const assignment = fc.record({
            key: fc.constantFrom(
                ...Object.keys(catalogue),
                "net.ipv4.conf.all.rp_filter",
                "vm.swappiness",
                "net.ipv4.tcp_tw_len",
            ),
            value: fc.oneof(
                fc.integer({ min: 2, max: 70000 }).map(String),
                fc.array(fc.nat(9_000_000).map(String), { minLength: 2, maxLength: 3 }).map((list) => list.join(" ")),
                fc.constantFrom("cubic", "8080-8081,9000", "1:30", "010"),
            ),
            form: fc.constantFrom("mapping", "args", "words", "variable", "list", "dict", "content"),
            place: fc.constantFrom("pre_tasks", "tasks", "post_tasks"),
        });
        fc.assert(
            fc.property(fc.array(assignment, { minLength: 1, maxLength: 12 }), (all) => {
                const inOrder = ["pre_tasks", "tasks", "post_tasks"].map((place) =>
                    all.filter((each) => each.place === place),
                );
                const lines = inOrder.flat().map(({ key, value }) => `${key} = ${value}\n`);
                const sections = inOrder.map((those, at) => [
                    ["pre_tasks", "tasks", "post_tasks"][at],
                    those.map((each) => taskOf(each)),
                ]);
                const play = {
                    hosts: "all",
                    vars: { box: Object.fromEntries(all.map(({ value }, at) => [`v${at}`, value])) },
                };
                function taskOf(each: (typeof all)[number]) {
                    const { key, value, form } = each;
                    const item = { name: "{{ item.key }}", value: "{{ item.value }}" };
                    const forms: Record<typeof form, () => object> = {
                        mapping: () => ({ "ansible.posix.sysctl": { name: key, value } }),
                        args: () => ({ sysctl: null, args: { key, val: value } }),
                        words: () => ({ sysctl: `name=${key} value="${value}"` }),
                        variable: () => ({ sysctl: { name: key, value: `{{ box.v${all.indexOf(each)} }}` } }),
                        list: () => ({ sysctl: item, loop: [{ key, value }] }),
                        dict: () => ({ sysctl: item, with_dict: { [key]: value } }),
                        content: () => ({ copy: { dest: "/etc/sysctl.d/x.conf", content: `${key} = ${value}\n` } }),
                    };
                    return forms[form]();
                }
                const text = JSON.stringify([{ ...play, ...Object.fromEntries(sections) }], undefined, 1);
                const read = readPlaybooks(write("site.yml", text));
                const conf = parseSysctlFile(lines.join(""), "x.conf").assignments.map((each) => ({
                    ...each,
                    hosts: "all",
                }));
                assert.deepEqual(read.leftOut, []);
                assert.deepEqual(judgeEach(read.assignments).tunings, judgeEach(conf).tunings);
            }),
            { numRuns: 300 },
        );
    });
});
