// Generated from src/catalogue by `npm run generate`: edit the catalogue instead.
import type { Bounded } from "../bound";
import type { Fact } from "../fact";

/** The value of each parameter: a number, or text as sysctl takes it; several numbers also as an array; a fact; or a bound. */
export interface ParameterValues {
    /**
     * Open files of the whole host. A tenth of RAM in KiB by the kernel, raised to the largest by systemd.
     *
     * Unit: count. The kernel takes 0 to 9223372036854775807. Usual: 8192 or more; fewer open files than a small
     * server needs.
     *
     * Risk: Too low, and everything fails with ENFILE.
     *
     * - with `fs.nr_open`: should not be larger
     *
     * Linux 2.2 or newer. One for the whole host, even when a container writes it.
     *
     * Source: fs/file_table.c:121; Documentation/admin-guide/sysctl/fs.rst.
     *
     * @default 9223372036854775807
     */
    readonly "fs.file-max"?: number | string | Fact | Bounded<number | string | Fact>;

    /**
     * Upper bound of any process's limit on open files.
     *
     * Unit: count. The kernel takes 64 to 2147483584. Usual: 1024 to 1073741816; services commonly ask for 1024 to
     * about a billion.
     *
     * Risk: A service with a higher limit (LimitNOFILE=) does not start; huge values cost memory in programs that
     * close every possible descriptor.
     *
     * - with `LimitNOFILE=`: must not exceed it in any service
     *
     * Linux 2.6.25 or newer. One for the whole host, even when a container writes it.
     *
     * Source: fs/file_table.c:130; fs/file.c:97.
     *
     * @default 1048576
     */
    readonly "fs.nr_open"?: number | string | Fact | Bounded<number | string | Fact>;

    /**
     * Time that poll() and select() wait at the device for a packet instead of sleeping.
     *
     * Unit: microseconds. The kernel takes 0 to 2147483647. Usual: 100 or less; the kernel's documentation recommends 50.
     *
     * Risk: Burns processor time and power.
     *
     * Linux 3.11 or newer. One for the whole host; containers do not have it.
     *
     * Source: net/core/sysctl_net_core.c:529; Documentation/admin-guide/sysctl/net.rst:195.
     *
     * @default 0
     */
    readonly "net.core.busy_poll"?: number | string | Fact | Bounded<number | string | Fact>;

    /**
     * Time that a read waits at the device for a packet instead of sleeping (SO_BUSY_POLL of new sockets).
     *
     * Unit: microseconds. The kernel takes 0 to 2147483647. Usual: 100 or less; the kernel's documentation recommends 50.
     *
     * Risk: Burns processor time and power.
     *
     * Linux 3.11 or newer. One for the whole host; containers do not have it.
     *
     * Source: net/core/sysctl_net_core.c:537; Documentation/admin-guide/sysctl/net.rst:181.
     *
     * @default 0
     */
    readonly "net.core.busy_read"?: number | string | Fact | Bounded<number | string | Fact>;

    /**
     * Queueing discipline of network devices created from now on.
     *
     * Unit: name.
     *
     * Risk: Existing interfaces keep theirs; a name that the kernel does not have is refused (ENOENT).
     *
     * - with `net.ipv4.tcp_congestion_control`: fq is recommended with bbr
     *
     * Linux 3.12 or newer. One for the whole host; containers do not have it.
     *
     * Source: net/core/sysctl_net_core.c:288; Documentation/admin-guide/sysctl/net.rst:165.
     *
     * @default pfifo_fast
     */
    readonly "net.core.default_qdisc"?: string;

    /**
     * Packets taken from all devices in one round of input processing.
     *
     * Unit: packets. The kernel takes -2147483648 to 2147483647. Below 1 it makes no sense and is refused. Usual: 64
     * to 3000; much more starves programs.
     *
     * Risk: High starves programs.
     *
     * - with `net.core.netdev_budget_usecs`: whichever is reached first ends the round: raise both
     *
     * Linux 2.6.12 or newer. One for the whole host; containers do not have it.
     *
     * Source: net/core/sysctl_net_core.c:554; Documentation/admin-guide/sysctl/net.rst:272.
     *
     * @default 300
     */
    readonly "net.core.netdev_budget"?: number | string | Fact | Bounded<number | string | Fact>;

    /**
     * Time of one round of input processing.
     *
     * Unit: microseconds. The kernel takes 0 to 2147483647. Below 1 it makes no sense and is refused.
     *
     * Risk: High starves programs. The default is also the minimum since 6.8: 2000 is refused at 250 Hz.
     *
     * - with `net.core.netdev_budget`: whichever is reached first ends the round: raise both
     *
     * Linux 4.12 or newer. One for the whole host; containers do not have it.
     *
     * Source: net/core/sysctl_net_core.c:38; Documentation/admin-guide/sysctl/net.rst:278.
     *
     * @default two clock ticks: 8000 at 250 Hz, 2000 at 1000 Hz, 20000 at 100 Hz
     */
    readonly "net.core.netdev_budget_usecs"?: number | string | Fact | Bounded<number | string | Fact>;

    /**
     * Packets that wait on each processor for input processing (RPS, loopback, veth).
     *
     * Unit: packets. The kernel takes -2147483648 to 2147483647. Below 1 it makes no sense and is refused. Usual: 1000
     * to 250000; short queues drop bursts, long ones add delay.
     *
     * Risk: Too low drops (second column of /proc/net/softnet_stat), too high adds delay.
     *
     * Linux 2.2 or newer. One for the whole host; containers do not have it.
     *
     * Source: net/core/sysctl_net_core.c:426; Documentation/admin-guide/sysctl/net.rst:288.
     *
     * @default 1000
     */
    readonly "net.core.netdev_max_backlog"?: number | string | Fact | Bounded<number | string | Fact>;

    /**
     * Memory of a socket for ancillary data, filters, multicast lists and zero-copy. 20480 before 6.8.
     *
     * Unit: bytes. The kernel takes 0 to 2147483647.
     *
     * Risk: Too low, and setsockopt() fails with ENOBUFS or ENOMEM.
     *
     * Linux 2.2 or newer. Each network namespace has its own since 6.8.
     *
     * Source: net/core/sysctl_net_core.c:654; Documentation/admin-guide/sysctl/net.rst:350; measured on Linux 6.18 in
     * a fresh network namespace.
     *
     * @default 131072
     */
    readonly "net.core.optmem_max"?: number | string | Fact | Bounded<number | string | Fact>;

    /**
     * Initial receive buffer of sockets other than TCP, which uses the second value of `tcp_rmem`.
     *
     * Unit: bytes. The kernel takes 2304 to 2147483647.
     *
     * Risk: It holds for every UDP, raw and Unix socket of the host.
     *
     * - with `net.core.rmem_max`: should not be smaller
     *
     * Linux 2.2 or newer. One for the whole host; containers cannot write it.
     *
     * Source: net/core/sysctl_net_core.c:707; include/net/sock.h:2564; measured on Linux 6.18 in a fresh network
     * namespace.
     *
     * @default 212992
     */
    readonly "net.core.rmem_default"?: number | string | Fact | Bounded<number | string | Fact>;

    /**
     * Largest receive buffer that a program may ask for with setsockopt(), for all protocols. 212992 before 6.18.
     *
     * Unit: bytes. The kernel takes 2304 to 2147483647.
     *
     * Risk: Memory that any program may claim.
     *
     * - with `TCP auto-tuning`: is not bounded by this key; only setsockopt() is, whose value the kernel doubles
     * - with `net.ipv4.tcp_rmem`: bounds TCP's own sizing instead
     *
     * Linux 2.2 or newer. One for the whole host; containers cannot write it.
     *
     * Source: net/core/sysctl_net_core.c:691; include/net/sock.h:2564; measured on Linux 6.18 in a fresh network
     * namespace.
     *
     * @default 4194304
     */
    readonly "net.core.rmem_max"?: number | string | Fact | Bounded<number | string | Fact>;

    /**
     * Upper bound of what listen() takes as backlog: it limits the accept queue and, since 4.4, the SYN queue. 128
     * before 5.4.
     *
     * Unit: count. The kernel takes 0 to 2147483647. Below 1 it makes no sense and is refused. Usual: 1024 to 65535;
     * short queues drop bursts, very long ones only delay the refusal.
     *
     * Risk: A listener keeps the backlog that it started with, and asks for its own (nginx 511), so services need
     * their setting raised and a restart. Kernels before 4.1 take at most 65535.
     *
     * - with `listen()`: the smaller of the two counts; restart the service
     * - with `net.ipv4.tcp_max_syn_backlog`: does not bound the SYN queue while SYN cookies are on
     *
     * Linux 2.4.25 or newer. Each network namespace has its own since 2.6.25.
     *
     * Source: net/core/sysctl_net_core.c:646; net/socket.c:1904; Documentation/networking/ip-sysctl.rst:333; commits
     * 19f92a030ca6, becb74f0acca; measured on Linux 6.18 in a fresh network namespace.
     *
     * @default 4096
     */
    readonly "net.core.somaxconn"?: number | string | Fact | Bounded<number | string | Fact>;

    /**
     * Initial send buffer of sockets other than TCP, which uses the second value of `tcp_wmem`.
     *
     * Unit: bytes. The kernel takes 4608 to 2147483647.
     *
     * Risk: It holds for every UDP, raw and Unix socket of the host.
     *
     * - with `net.core.wmem_max`: should not be smaller
     *
     * Linux 2.2 or newer. One for the whole host; containers cannot write it.
     *
     * Source: net/core/sysctl_net_core.c:699; include/net/sock.h:2564; measured on Linux 6.18 in a fresh network
     * namespace.
     *
     * @default 212992
     */
    readonly "net.core.wmem_default"?: number | string | Fact | Bounded<number | string | Fact>;

    /**
     * Largest send buffer that a program may ask for with setsockopt(), for all protocols. 212992 before 6.18.
     *
     * Unit: bytes. The kernel takes 4608 to 2147483647.
     *
     * Risk: Memory that any program may claim.
     *
     * - with `TCP auto-tuning`: is not bounded by this key; only setsockopt() is, whose value the kernel doubles
     * - with `net.ipv4.tcp_wmem`: bounds TCP's own sizing instead
     *
     * Linux 2.2 or newer. One for the whole host; containers cannot write it.
     *
     * Source: net/core/sysctl_net_core.c:683; include/net/sock.h:2564; measured on Linux 6.18 in a fresh network
     * namespace.
     *
     * @default 4194304
     */
    readonly "net.core.wmem_max"?: number | string | Fact | Bounded<number | string | Fact>;

    /**
     * First and last local port that connect() and bind() to port 0 choose from.
     *
     * Unit: ports. The kernel takes 1 to 65535.
     *
     * Risk: Too narrow, and connect() fails with EADDRNOTAVAIL. Where it covers the port of a service, that service
     * sometimes cannot start: "Address already in use".
     *
     * - with `net.ipv4.ip_unprivileged_port_start`: the first port must not be below it (1024 unless set)
     * - with `net.ipv4.ip_local_reserved_ports`: reserve there every fixed listening port inside the range
     * - with `parity`: one end should be even and the other odd: connect() and bind() each prefer one half
     *
     * Linux 2.2 or newer. Each network namespace has its own since 3.13.
     *
     * Source: net/ipv4/sysctl_net_ipv4.c:67; net/ipv4/inet_hashtables.c:1097;
     * Documentation/networking/ip-sysctl.rst:1518; measured on Linux 6.18 in a fresh network namespace.
     *
     * @default 32768 60999
     */
    readonly "net.ipv4.ip_local_port_range"?: readonly [number, number] | string;

    /**
     * Ports that are never given out on their own, as in `8080-8081,9000`. An explicit bind() still gets them.
     *
     * Unit: ports. The kernel takes 0 to 65535.
     *
     * Risk: A write replaces the whole list. With the whole range reserved no outgoing connection is possible.
     *
     * - with `net.ipv4.ip_local_port_range`: must leave enough ports free
     *
     * Linux 2.6.35 or newer. Each network namespace has its own since 3.16.
     *
     * Source: net/ipv4/sysctl_net_ipv4.c:796; Documentation/networking/ip-sysctl.rst:1527; measured on Linux 6.18 in a
     * fresh network namespace.
     *
     * @default empty
     */
    readonly "net.ipv4.ip_local_reserved_ports"?: readonly number[] | number | string;

    /**
     * Answers with a reset when the accept queue is full, instead of dropping the last ACK.
     *
     * Unit: flag. The kernel takes 0 to 255.
     *
     * Risk: Short bursts become errors that clients see.
     *
     * - with `net.core.somaxconn`: raise the backlog first
     *
     * Linux 2.4 or newer. Each network namespace has its own since 4.15.
     *
     * Source: net/ipv4/sysctl_net_ipv4.c:1240; Documentation/networking/ip-sysctl.rst:338; measured on Linux 6.18 in a
     * fresh network namespace.
     *
     * @default 0
     */
    readonly "net.ipv4.tcp_abort_on_overflow"?: number | string;

    /**
     * Divided a receive buffer between window and overhead. Without effect since 6.6.
     *
     * Unit: shift. The kernel takes -31 to 31.
     *
     * Risk: None today; a wrong value hurts older kernels.
     *
     * Linux 2.4 or newer. Each network namespace has its own since 4.15.
     *
     * Source: net/ipv4/sysctl_net_ipv4.c:1277; Documentation/networking/ip-sysctl.rst:347; measured on Linux 6.18 in a
     * fresh network namespace.
     *
     * @default 1
     */
    readonly "net.ipv4.tcp_adv_win_scale"?: number | string | Fact | Bounded<number | string | Fact>;

    /**
     * Joins small writes while a packet of the socket still waits to be sent.
     *
     * Unit: flag. The kernel takes 0 to 1.
     *
     * Risk: A small effect on latency.
     *
     * Linux 3.14 or newer. Each network namespace has its own since 4.15.
     *
     * Source: net/ipv4/sysctl_net_ipv4.c:1368; Documentation/networking/ip-sysctl.rst:371; measured on Linux 6.18 in a
     * fresh network namespace.
     *
     * @default 1
     */
    readonly "net.ipv4.tcp_autocorking"?: number | string;

    /**
     * Congestion control of new sockets.
     *
     * Unit: name.
     *
     * Risk: A name that the kernel does not have is refused (ENOENT); bbr before 4.13 needs the fq qdisc.
     *
     * - with `net.ipv4.tcp_allowed_congestion_control`: a container may choose only from it (EPERM)
     * - with `net.core.default_qdisc`: fq is recommended with bbr
     *
     * Linux 2.6.13 or newer. Each network namespace has its own since 4.15.
     *
     * Source: net/ipv4/sysctl_net_ipv4.c:215; net/ipv4/tcp_cong.c:294; Documentation/networking/ip-sysctl.rst:412;
     * measured on Linux 6.18 in a fresh network namespace.
     *
     * @default cubic, or what the distribution chose
     */
    readonly "net.ipv4.tcp_congestion_control"?: string;

    /**
     * Explicit Congestion Notification.
     *
     * - `0`: off
     * - `1`: ask for it and accept it
     * - `2`: accept it only
     * - `3`: AccECN both ways (7.0 and later)
     * - `4`: AccECN accepted, ECN asked for (7.0 and later)
     * - `5`: AccECN accepted, nothing asked for (7.0 and later)
     *
     * Unit: mode. The kernel takes 0 to 5.
     *
     * Risk: 1 can meet broken middleboxes; `tcp_ecn_fallback` helps.
     *
     * Linux 2.4 or newer. Each network namespace has its own since 3.9.
     *
     * Source: net/ipv4/sysctl_net_ipv4.c:725; Documentation/networking/ip-sysctl.rst:462 (7.2.13); measured on Linux
     * 6.18 in a fresh network namespace.
     *
     * @default 2
     */
    readonly "net.ipv4.tcp_ecn"?: number | string;

    /**
     * TCP Fast Open, as a sum of bits.
     *
     * - `1`: client
     * - `2`: server
     * - `4`: client sends data in the SYN without a cookie
     * - `512`: server takes data without a cookie
     * - `1024`: every listener, without asking for TCP_FASTOPEN
     *
     * Unit: bits. The kernel takes -2147483648 to 2147483647. Below 0 it makes no sense and is refused.
     *
     * Risk: Some middleboxes drop such SYNs; bits 0x4 and 0x200 give up the protection from forged addresses.
     *
     * Linux 3.7 or newer. Each network namespace has its own since 4.15.
     *
     * Source: net/ipv4/sysctl_net_ipv4.c:1087; include/net/tcp.h:249; Documentation/networking/ip-sysctl.rst:944;
     * measured on Linux 6.18 in a fresh network namespace.
     *
     * @default 1
     */
    readonly "net.ipv4.tcp_fastopen"?: number | string;

    /**
     * Life of an orphaned socket in FIN-WAIT-2. It does not shorten TIME_WAIT, which is 60 s, compiled into the
     * kernel.
     *
     * Unit: seconds. The kernel takes -2147483 to 2147483. Below 1 it makes no sense and is refused. Usual: 5 or more;
     * slow peers are cut off before they can close.
     *
     * Risk: Above 60 the real life is 2 * (value - 60): 61 gives 2 s, 75 gives 30 s. 0 and negative values are taken
     * and mean about 1 s.
     *
     * - with `/proc/net/sockstat`: up to 60 s these sockets are counted there as `tw`
     * - with `net.ipv4.tcp_max_orphans`: above 60 s they stay full sockets for the time beyond
     *
     * Linux 2.2 or newer. Each network namespace has its own since 4.6.
     *
     * Source: net/ipv4/sysctl_net_ipv4.c:1048; include/net/tcp.h:128; net/ipv4/tcp_timer.c:802; measured on Linux 6.18
     * in a fresh network namespace.
     *
     * @default 60
     */
    readonly "net.ipv4.tcp_fin_timeout"?: number | string | Fact | Bounded<number | string | Fact>;

    /**
     * Time between keepalive probes.
     *
     * Unit: seconds. The kernel takes -2147483 to 2147483. Below 1 it makes no sense and is refused. Usual: 5 to 600;
     * a dead peer is noticed after time + interval * probes.
     *
     * Risk: 0 and negative values are taken, and probes follow each other without a pause.
     *
     * - with `SO_KEEPALIVE`: only sockets that ask for keepalive are affected; TCP_KEEPIDLE, TCP_KEEPINTVL and
     *   TCP_KEEPCNT of a socket win
     *
     * Linux 2.4 or newer. Each network namespace has its own since 4.5.
     *
     * Source: net/ipv4/sysctl_net_ipv4.c:978; Documentation/networking/ip-sysctl.rst:548; measured on Linux 6.18 in a
     * fresh network namespace.
     *
     * @default 75
     */
    readonly "net.ipv4.tcp_keepalive_intvl"?: number | string | Fact | Bounded<number | string | Fact>;

    /**
     * Unanswered keepalive probes before a connection is dropped.
     *
     * Unit: count. The kernel takes 0 to 255. Below 1 it makes no sense and is refused. Usual: 127 or less; the socket
     * option TCP_KEEPCNT goes no further.
     *
     * Risk: 0 drops the connection when the first probe is due.
     *
     * - with `SO_KEEPALIVE`: only sockets that ask for keepalive are affected; TCP_KEEPIDLE, TCP_KEEPINTVL and
     *   TCP_KEEPCNT of a socket win
     *
     * Linux 2.2 or newer. Each network namespace has its own since 4.5.
     *
     * Source: net/ipv4/sysctl_net_ipv4.c:971; include/net/tcp.h:172; measured on Linux 6.18 in a fresh network
     * namespace.
     *
     * @default 9
     */
    readonly "net.ipv4.tcp_keepalive_probes"?: number | string | Fact | Bounded<number | string | Fact>;

    /**
     * Idle time before the first keepalive probe.
     *
     * Unit: seconds. The kernel takes -2147483 to 2147483. Below 1 it makes no sense and is refused. Usual: 60 to
     * 7200; lower costs traffic, higher lets NAT and load balancers drop idle flows first.
     *
     * Risk: Too low costs traffic and kills connections early; too high, and NAT or a load balancer forgets an idle
     * flow first.
     *
     * - with `SO_KEEPALIVE`: only sockets that ask for keepalive are affected; TCP_KEEPIDLE, TCP_KEEPINTVL and
     *   TCP_KEEPCNT of a socket win
     *
     * Linux 2.2 or newer. Each network namespace has its own since 4.5.
     *
     * Source: net/ipv4/sysctl_net_ipv4.c:964; Documentation/networking/ip-sysctl.rst:540; measured on Linux 6.18 in a
     * fresh network namespace.
     *
     * @default 7200
     */
    readonly "net.ipv4.tcp_keepalive_time"?: number | string | Fact | Bounded<number | string | Fact>;

    /**
     * Bytes that one socket may have waiting in queues below TCP. 1048576 from 5.0 to 6.15.
     *
     * Unit: bytes. The kernel takes -2147483648 to 2147483647. Below 1 it makes no sense and is refused. Usual: 65536
     * or more; less throttles a connection, above all on Wi-Fi and virtual machines.
     *
     * Risk: Too low throttles, too high adds delay.
     *
     * Linux 3.6 or newer. Each network namespace has its own since 4.15.
     *
     * Source: net/ipv4/sysctl_net_ipv4.c:1330; net/ipv4/tcp_ipv4.c:3635; Documentation/networking/ip-sysctl.rst:1212;
     * measured on Linux 6.18 in a fresh network namespace.
     *
     * @default 4194304
     */
    readonly "net.ipv4.tcp_limit_output_bytes"?: number | string | Fact | Bounded<number | string | Fact>;

    /**
     * None since 4.14.
     *
     * Unit: flag. The kernel takes -2147483648 to 2147483647.
     *
     * Risk: None; it is the sign of an outdated guide.
     *
     * Linux 2.4.21 or newer. One for the whole host; containers do not have it.
     *
     * Source: net/ipv4/sysctl_net_ipv4.c:563; Documentation/networking/ip-sysctl.rst:569.
     *
     * @default 0
     */
    readonly "net.ipv4.tcp_low_latency"?: number | string;

    /**
     * Limit on sockets that no process owns any more, in the whole host. Above it they are reset, and the kernel logs
     * "too many orphaned sockets".
     *
     * Unit: count. The kernel takes -2147483648 to 2147483647. Below 1 it makes no sense and is refused.
     *
     * Risk: Each may hold 64 KiB that cannot be swapped: 131072 of them 8 GiB.
     *
     * - with `net.ipv4.tcp_mem`: when it is exceeded, orphans are reset as well
     * - with `/proc/net/sockstat`: `orphan` is the host's count in every network namespace
     *
     * Linux 2.4 or newer. One for the whole host; containers do not have it.
     *
     * Source: net/ipv4/sysctl_net_ipv4.c:528; net/ipv4/tcp.c:3074; Documentation/networking/ip-sysctl.rst:572.
     *
     * @default half the entries of the TCP hash table: 131072 with 24 GiB of RAM
     */
    readonly "net.ipv4.tcp_max_orphans"?: number | string | Fact | Bounded<number | string | Fact>;

    /**
     * Limit on half-open connections of each listener, looked at only with `tcp_syncookies = 0`.
     *
     * Unit: count. The kernel takes -2147483648 to 2147483647. Below 1 it makes no sense and is refused. Usual: 128 to
     * 65536; each half-open connection takes about 304 bytes.
     *
     * Risk: Raising it under SYN cookies does nothing: the real limit is the smaller of the listener's backlog and
     * `somaxconn`.
     *
     * - with `net.ipv4.tcp_syncookies`: ignored unless it is 0
     * - with `net.core.somaxconn`: bounds the SYN queue as well since 4.4
     *
     * Linux 2.2 or newer. Each network namespace has its own since 4.11.
     *
     * Source: net/ipv4/sysctl_net_ipv4.c:1080; net/ipv4/tcp_input.c:7222; include/net/inet_connection_sock.h:286;
     * Documentation/networking/ip-sysctl.rst:584; measured on Linux 6.18 in a fresh network namespace.
     *
     * @default a 128th of the entries of the TCP hash table, at least 128: 2048 with 24 GiB of RAM
     */
    readonly "net.ipv4.tcp_max_syn_backlog"?: number | string | Fact | Bounded<number | string | Fact>;

    /**
     * Limit on TIME_WAIT sockets, counted with orphaned FIN-WAIT-2 ones. Above it a socket is closed at once, without
     * TIME_WAIT, and `TCPTimeWaitOverflow` in /proc/net/netstat counts it; nothing is logged.
     *
     * Unit: count. The kernel takes -2147483648 to 2147483647. Below 1 it makes no sense and is refused.
     *
     * Risk: A low limit takes away what TIME_WAIT protects from: old duplicates, and a lost last ACK answered by a
     * reset. 0 means no TIME_WAIT at all, a negative value means no limit.
     *
     * - with `existing sockets`: lowering the limit does not remove them
     * - with `memory`: each entry takes 256 bytes
     *
     * Linux 2.4 or newer. Each network namespace has its own since 4.11.
     *
     * Source: net/ipv4/sysctl_net_ipv4.c:625; net/ipv4/inet_timewait_sock.c:173; net/ipv4/tcp_ipv4.c:3581;
     * Documentation/networking/ip-sysctl.rst:598; measured on Linux 6.18 in a fresh network namespace.
     *
     * @default half the entries of the TCP hash table: 16384 with 4 GiB of RAM, 131072 with 24 GiB
     */
    readonly "net.ipv4.tcp_max_tw_buckets"?: number | string | Fact | Bounded<number | string | Fact>;

    /**
     * Memory of all TCP sockets together, in pages: below the first value no care is taken, above the second buffers
     * shrink, above the third allocations fail.
     *
     * Unit: pages. The kernel takes 0 to 18446744073709551615. Below 1 it makes no sense and is refused.
     *
     * Risk: Pages (4 KiB on x86, up to 64 KiB elsewhere), not bytes: bytes given by mistake mean no limit at all. Too
     * low stalls and resets connections: "out of memory -- consider tuning tcp_mem".
     *
     * - with `/proc/net/sockstat`: `mem` there is in the same unit, for the whole host
     * - with `RAM`: the third value in bytes must be less
     *
     * Linux 2.4 or newer. One for the whole host; containers do not have it.
     *
     * Source: net/ipv4/sysctl_net_ipv4.c:556; net/ipv4/tcp.c:5048; Documentation/networking/ip-sysctl.rst:606.
     *
     * @default 4.68 %, 6.25 % and 9.37 % of the free memory at boot
     */
    readonly "net.ipv4.tcp_mem"?: readonly [number | Fact, number | Fact, number | Fact] | string | Bounded<readonly [number | Fact, number | Fact, number | Fact] | string>;

    /**
     * Hands waiting connections of a closing SO_REUSEPORT listener to another one of its group.
     *
     * Unit: flag. The kernel takes 0 to 1.
     *
     * Risk: Listeners with different options may not be ready for them.
     *
     * Linux 5.14 or newer. Each network namespace has its own since 5.14.
     *
     * Source: net/ipv4/sysctl_net_ipv4.c:1010; Documentation/networking/ip-sysctl.rst:914; measured on Linux 6.18 in a
     * fresh network namespace.
     *
     * @default 0
     */
    readonly "net.ipv4.tcp_migrate_req"?: number | string;

    /**
     * The kernel sizes receive buffers itself.
     *
     * Unit: flag. The kernel takes 0 to 255.
     *
     * Risk: 0 leaves every buffer at the second value of `tcp_rmem`.
     *
     * - with `net.ipv4.tcp_rmem`: its third value is unused with 0
     *
     * Linux 2.4.17 or newer. Each network namespace has its own since 4.15.
     *
     * Source: net/ipv4/sysctl_net_ipv4.c:1309; Documentation/networking/ip-sysctl.rst:631; measured on Linux 6.18 in a
     * fresh network namespace.
     *
     * @default 1
     */
    readonly "net.ipv4.tcp_moderate_rcvbuf"?: number | string;

    /**
     * Finds the largest packet of a path by trying, for paths where ICMP is filtered.
     *
     * - `0`: off
     * - `1`: when a black hole for large packets is seen
     * - `2`: always
     *
     * Unit: mode. The kernel takes 0 to 255.
     *
     * Risk: 2 starts every connection with small segments (`tcp_base_mss`).
     *
     * Linux 2.6.17 or newer. Each network namespace has its own since 4.1.
     *
     * Source: net/ipv4/sysctl_net_ipv4.c:867; Documentation/networking/ip-sysctl.rst:643; measured on Linux 6.18 in a
     * fresh network namespace.
     *
     * @default 0
     */
    readonly "net.ipv4.tcp_mtu_probing"?: number | string;

    /**
     * With 1, what a closing connection learned about its destination is not kept for the next.
     *
     * Unit: flag. The kernel takes 0 to 255.
     *
     * Risk: Loses good estimates together with stale ones.
     *
     * Linux 2.6.6 or newer. Each network namespace has its own since 4.15.
     *
     * Source: net/ipv4/sysctl_net_ipv4.c:1293; Documentation/networking/ip-sysctl.rst:661; measured on Linux 6.18 in a
     * fresh network namespace.
     *
     * @default 0
     */
    readonly "net.ipv4.tcp_no_metrics_save"?: number | string;

    /**
     * Unsent bytes in a send buffer above which poll() no longer calls a socket writable.
     *
     * Unit: bytes. The kernel takes 0 to 4294967295. Usual: 4096 or more; less costs system calls and throughput;
     * 16384 to 131072 is common.
     *
     * Risk: Too low costs system calls and throughput.
     *
     * Linux 3.12 or newer. Each network namespace has its own since 4.6.
     *
     * Source: net/ipv4/sysctl_net_ipv4.c:1055; Documentation/networking/ip-sysctl.rst:1168; measured on Linux 6.18 in
     * a fresh network namespace.
     *
     * @default 4294967295
     */
    readonly "net.ipv4.tcp_notsent_lowat"?: number | string | Fact | Bounded<number | string | Fact>;

    /**
     * Retransmissions for a socket that its process has closed, before it is given up. 0 means 8.
     *
     * Unit: count. The kernel takes 0 to 255. Usual: 1 to 15; 0 does not mean none, it means 8.
     *
     * Risk: Many keep orphans and their memory for long; few lose the last data to a slow peer.
     *
     * Linux 2.4 or newer. Each network namespace has its own since 4.6.
     *
     * Source: net/ipv4/sysctl_net_ipv4.c:1041; net/ipv4/tcp_timer.c:148; Documentation/networking/ip-sysctl.rst:687;
     * measured on Linux 6.18 in a fresh network namespace.
     *
     * @default 0
     */
    readonly "net.ipv4.tcp_orphan_retries"?: number | string | Fact | Bounded<number | string | Fact>;

    /**
     * Retransmissions before the route is looked up again.
     *
     * Unit: count. The kernel takes 0 to 255. Usual: 3 to 15; RFC 1122 asks for at least 3.
     *
     * Risk: RFC 1122 asks for at least 3.
     *
     * Linux 2.2 or newer. Each network namespace has its own since 4.6.
     *
     * Source: net/ipv4/sysctl_net_ipv4.c:1026; Documentation/networking/ip-sysctl.rst:757; measured on Linux 6.18 in a
     * fresh network namespace.
     *
     * @default 3
     */
    readonly "net.ipv4.tcp_retries1"?: number | string | Fact | Bounded<number | string | Fact>;

    /**
     * Retransmissions before an open connection is given up: 15 takes at least 924.6 s.
     *
     * Unit: count. The kernel takes 0 to 255. Usual: 8 to 15; RFC 1122 asks for 100 s, which takes 8.
     *
     * Risk: Below 8 a connection ends before the 100 s that RFC 1122 asks for.
     *
     * - with `net.ipv4.tcp_rto_max_ms`: a shorter longest timeout needs more retransmissions
     *
     * Linux 2.2 or newer. Each network namespace has its own since 4.6.
     *
     * Source: net/ipv4/sysctl_net_ipv4.c:1034; Documentation/networking/ip-sysctl.rst:766; measured on Linux 6.18 in a
     * fresh network namespace.
     *
     * @default 15
     */
    readonly "net.ipv4.tcp_retries2"?: number | string | Fact | Bounded<number | string | Fact>;

    /**
     * With 1, a reset does not end TIME_WAIT (RFC 1337).
     *
     * Unit: flag. The kernel takes 0 to 255.
     *
     * Risk: Little: TIME_WAIT always lasts its full 60 s.
     *
     * Linux 2.2 or newer. Each network namespace has its own since 4.15.
     *
     * Source: net/ipv4/sysctl_net_ipv4.c:1233; Documentation/networking/ip-sysctl.rst:783; measured on Linux 6.18 in a
     * fresh network namespace.
     *
     * @default 0
     */
    readonly "net.ipv4.tcp_rfc1337"?: number | string;

    /**
     * Smallest, initial and largest receive buffer of a TCP socket, which the kernel sizes itself. The largest depends
     * on RAM: up to 32 MiB since 6.16, up to 6 MiB before.
     *
     * Unit: bytes. The kernel takes 1 to 2147483647.
     *
     * Risk: Bytes, not kilobytes: with `1 1 1` a listener that starts afterwards passes no data, and does not recover
     * when the values are back. A large maximum times many sockets means memory pressure. 7.0 and some stable kernels
     * refuse less than 4096.
     *
     * - with `net.core.rmem_max`: does not bound this; it bounds setsockopt(SO_RCVBUF) only
     * - with `net.ipv4.tcp_moderate_rcvbuf`: with 0 a buffer stays at its initial size
     * - with `net.ipv4.tcp_window_scaling`: with 0 nothing beyond 64 KiB is used
     *
     * Linux 2.4 or newer. Each network namespace has its own since 4.15.
     *
     * Source: net/ipv4/sysctl_net_ipv4.c:1410; net/ipv4/tcp_input.c:763; Documentation/networking/ip-sysctl.rst:795;
     * measured on Linux 6.18 in a fresh network namespace.
     *
     * @default 4096 131072 33554432
     */
    readonly "net.ipv4.tcp_rmem"?: readonly [number | Fact, number | Fact, number | Fact] | string | Bounded<readonly [number | Fact, number | Fact, number | Fact] | string>;

    /**
     * Smallest retransmission timeout; the `rto_min` of a route and socket options win.
     *
     * Unit: microseconds. The kernel takes 1 to 2147483647. Usual: 5000 to 200000; less repeats segments whose ACK is
     * only delayed.
     *
     * Risk: Too low repeats segments whose acknowledgement is only delayed.
     *
     * Linux 6.11 or newer. Each network namespace has its own since 6.11.
     *
     * Source: net/ipv4/sysctl_net_ipv4.c:1580; Documentation/networking/ip-sysctl.rst:1354; commit f086edef71be;
     * measured on Linux 6.18 in a fresh network namespace.
     *
     * @default 200000
     */
    readonly "net.ipv4.tcp_rto_min_us"?: number | string | Fact | Bounded<number | string | Fact>;

    /**
     * Selective acknowledgements.
     *
     * Unit: flag. The kernel takes 0 to 255. Usual: 1 or more; 0 cripples recovery from loss.
     *
     * Risk: 0 cripples recovery from loss.
     *
     * Linux 2.2 or newer. Each network namespace has its own since 4.13.
     *
     * Source: net/ipv4/sysctl_net_ipv4.c:1168; Documentation/networking/ip-sysctl.rst:814; measured on Linux 6.18 in a
     * fresh network namespace.
     *
     * @default 1
     */
    readonly "net.ipv4.tcp_sack"?: number | string;

    /**
     * Shrinks the congestion window after an idle retransmission timeout (RFC 2861).
     *
     * Unit: flag. The kernel takes 0 to 255.
     *
     * Risk: 0 sends bursts by a window that may no longer fit the path.
     *
     * Linux 2.6.18 or newer. Each network namespace has its own since 4.15.
     *
     * Source: net/ipv4/sysctl_net_ipv4.c:1212; Documentation/networking/ip-sysctl.rst:857; measured on Linux 6.18 in a
     * fresh network namespace.
     *
     * @default 1
     */
    readonly "net.ipv4.tcp_slow_start_after_idle"?: number | string;

    /**
     * Retransmissions of a SYN that are sent a second apart before the pauses start to double.
     *
     * Unit: count. The kernel takes 0 to 127.
     *
     * Risk: More SYNs towards dead hosts.
     *
     * - with `net.ipv4.tcp_syn_retries`: has no meaning beyond that number
     *
     * Linux 6.5 or newer. Each network namespace has its own since 6.5.
     *
     * Source: net/ipv4/sysctl_net_ipv4.c:1554; Documentation/networking/ip-sysctl.rst:1075; commit ccce324dabfe;
     * measured on Linux 6.18 in a fresh network namespace.
     *
     * @default 4
     */
    readonly "net.ipv4.tcp_syn_linear_timeouts"?: number | string | Fact | Bounded<number | string | Fact>;

    /**
     * Retransmissions of the SYN of connect(); 6 gives up after 131 s (127 s before 6.5).
     *
     * Unit: count. The kernel takes 1 to 127. Usual: 2 to 7; few give false timeouts, many hang for minutes.
     *
     * Risk: Low gives false connect timeouts, high hangs for long on a dead host.
     *
     * - with `net.ipv4.tcp_syn_linear_timeouts`: the first ones are a second apart (6.5 and later)
     *
     * Linux 2.2 or newer. Each network namespace has its own since 4.6.
     *
     * Source: net/ipv4/sysctl_net_ipv4.c:985; Documentation/networking/ip-sysctl.rst:1006; measured on Linux 6.18 in a
     * fresh network namespace.
     *
     * @default 6
     */
    readonly "net.ipv4.tcp_syn_retries"?: number | string | Fact | Bounded<number | string | Fact>;

    /**
     * Retransmissions of the SYN-ACK for an incoming connection; with 5 it is given up after 63 s.
     *
     * Unit: count. The kernel takes 0 to 255. Usual: 1 to 10; few lose slow clients, many hold half-open connections
     * for long.
     *
     * Risk: Low drops slow clients, high keeps half-open connections for longer.
     *
     * Linux 2.2 or newer. Each network namespace has its own since 4.6.
     *
     * Source: net/ipv4/sysctl_net_ipv4.c:994; Documentation/networking/ip-sysctl.rst:882; measured on Linux 6.18 in a
     * fresh network namespace.
     *
     * @default 5
     */
    readonly "net.ipv4.tcp_synack_retries"?: number | string | Fact | Bounded<number | string | Fact>;

    /**
     * Answers SYNs with cookies instead of queue entries once the SYN queue of a listener is full.
     *
     * - `0`: off
     * - `1`: when the SYN queue of a listener is full
     * - `2`: always, for tests
     *
     * Unit: mode. The kernel takes 0 to 255.
     *
     * Risk: 0: a flood of SYNs fills the queue and new clients are dropped. 2: every handshake loses what only the SYN
     * says.
     *
     * - with `net.ipv4.tcp_max_syn_backlog`: has no effect while this is not 0
     * - with `net.ipv4.tcp_timestamps`: cookies keep window scaling and SACK only with timestamps
     *
     * Linux 2.2 or newer. Each network namespace has its own since 4.6.
     *
     * Source: net/ipv4/sysctl_net_ipv4.c:1002; net/ipv4/tcp_input.c:7169; Documentation/networking/ip-sysctl.rst:889;
     * measured on Linux 6.18 in a fresh network namespace.
     *
     * @default 1
     */
    readonly "net.ipv4.tcp_syncookies"?: number | string;

    /**
     * Timestamps of RFC 7323: round-trip times, protection from old duplicates, and what `tcp_tw_reuse` needs.
     *
     * - `0`: off
     * - `1`: on, with a random offset for each connection
     * - `2`: on, without the offset
     *
     * Unit: mode. The kernel takes 0 to 255. Usual: 1; 0 disables PAWS and the reuse of TIME_WAIT sockets, 2 leaves
     * out the random offset.
     *
     * Risk: 0 saves 12 bytes a segment and disables protection from old duplicates and reuse of TIME_WAIT sockets.
     *
     * - with `net.ipv4.tcp_tw_reuse`: does nothing with 0
     * - with `net.ipv4.tcp_syncookies`: cookies keep window scaling and SACK only with timestamps
     *
     * Linux 2.2 or newer. Each network namespace has its own since 4.13.
     *
     * Source: net/ipv4/sysctl_net_ipv4.c:1182; Documentation/networking/ip-sysctl.rst:1014; measured on Linux 6.18 in
     * a fresh network namespace.
     *
     * @default 1
     */
    readonly "net.ipv4.tcp_timestamps"?: number | string;

    /**
     * Lets connect() take over the addresses and ports of a TIME_WAIT socket that is older than `tcp_tw_reuse_delay`
     * (1 s before 6.14). The value 2 and its being the default came with 4.18; before, 0.
     *
     * - `0`: off
     * - `1`: for all outgoing connections
     * - `2`: for loopback only
     *
     * Unit: mode. The kernel takes 0 to 2.
     *
     * Risk: It helps outgoing connections only, never the accepted sockets of a server. With 1, a peer whose
     * timestamps are not monotonic can have old duplicates taken for new data.
     *
     * - with `net.ipv4.tcp_timestamps`: must not be 0, here and on the peer: without timestamps nothing is reused
     * - with `net.ipv4.tcp_tw_reuse_delay`: sets the age from which a socket may be taken (6.14 and later)
     * - with `bind() before connect()`: an explicit local port bypasses this key
     *
     * Linux 2.4.19 or newer. Each network namespace has its own since 4.11.
     *
     * Source: net/ipv4/sysctl_net_ipv4.c:1062; net/ipv4/tcp_ipv4.c:119; Documentation/networking/ip-sysctl.rst:1093;
     * commits 79e9fed46038, 56ab6b93007e; measured on Linux 6.18 in a fresh network namespace.
     *
     * @default 2
     */
    readonly "net.ipv4.tcp_tw_reuse"?: number | string;

    /**
     * Age from which a TIME_WAIT socket may be taken over by `tcp_tw_reuse`.
     *
     * Unit: milliseconds. The kernel takes 1 to 60000.
     *
     * Risk: Timestamp clocks of peers may tick only once a second: below 1000 an old duplicate can pass for new data.
     *
     * - with `net.ipv4.tcp_tw_reuse`: matters only when it is not 0
     *
     * Linux 6.14 or newer. Each network namespace has its own since 6.14.
     *
     * Source: net/ipv4/sysctl_net_ipv4.c:1071; Documentation/networking/ip-sysctl.rst:1106; commit ca6a6f93867a;
     * measured on Linux 6.18 in a fresh network namespace.
     *
     * @default 1000
     */
    readonly "net.ipv4.tcp_tw_reuse_delay"?: number | string | Fact | Bounded<number | string | Fact>;

    /**
     * Windows beyond 64 KiB (RFC 7323).
     *
     * Unit: flag. The kernel takes 0 to 255. Usual: 1 or more; 0 bounds every window to 64 KiB.
     *
     * Risk: 0 bounds every window to 64 KiB.
     *
     * - with `net.ipv4.tcp_rmem`: more than 65535 bytes are useless with 0, in `tcp_wmem` too
     *
     * Linux 2.2 or newer. Each network namespace has its own since 4.13.
     *
     * Source: net/ipv4/sysctl_net_ipv4.c:1175; Documentation/networking/ip-sysctl.rst:1120; measured on Linux 6.18 in
     * a fresh network namespace.
     *
     * @default 1
     */
    readonly "net.ipv4.tcp_window_scaling"?: number | string;

    /**
     * Smallest, initial and largest send buffer of a TCP socket, which the kernel sizes itself. The largest depends on
     * RAM: 64 KiB to 4 MiB.
     *
     * Unit: bytes. The kernel takes 1 to 2147483647.
     *
     * Risk: A large maximum costs memory and delay; the initial size is that of every socket.
     *
     * - with `net.core.wmem_max`: does not bound this; it bounds setsockopt(SO_SNDBUF) only
     * - with `net.ipv4.tcp_mem`: bounds the sum over all sockets, in pages
     *
     * Linux 2.4 or newer. Each network namespace has its own since 4.15.
     *
     * Source: net/ipv4/sysctl_net_ipv4.c:1402; net/ipv4/tcp.c:5243; Documentation/networking/ip-sysctl.rst:1147;
     * measured on Linux 6.18 in a fresh network namespace.
     *
     * @default 4096 16384 4194304
     */
    readonly "net.ipv4.tcp_wmem"?: readonly [number | Fact, number | Fact, number | Fact] | string | Bounded<readonly [number | Fact, number | Fact, number | Fact] | string>;

    /**
     * Receive memory that a UDP socket keeps when `udp_mem` is exceeded.
     *
     * Unit: bytes. The kernel takes 1 to 2147483647. Usual: 4096 or more; less than a page holds no packet.
     *
     * Risk: A large value times many sockets makes `udp_mem` meaningless.
     *
     * Linux 2.6.25 or newer. Each network namespace has its own since 4.17.
     *
     * Source: net/ipv4/sysctl_net_ipv4.c:1488; Documentation/networking/ip-sysctl.rst:1406; measured on Linux 6.18 in
     * a fresh network namespace.
     *
     * @default 4096
     */
    readonly "net.ipv4.udp_rmem_min"?: number | string | Fact | Bounded<number | string | Fact>;

    /**
     * None: the kernel does not account for memory that UDP sends from.
     *
     * Unit: bytes. The kernel takes 1 to 2147483647.
     *
     * Risk: None.
     *
     * Linux 2.6.25 or newer. Each network namespace has its own since 4.17.
     *
     * Source: net/ipv4/sysctl_net_ipv4.c:1496; Documentation/networking/ip-sysctl.rst:1413; measured on Linux 6.18 in
     * a fresh network namespace.
     *
     * @default 4096
     */
    readonly "net.ipv4.udp_wmem_min"?: number | string | Fact | Bounded<number | string | Fact>;

    /**
     * Flows that are tracked at most.
     *
     * Unit: count. The kernel takes 0 to 2147483647. Below 1 it makes no sense and is refused.
     *
     * Risk: A full table drops packets: "nf_conntrack: table full, dropping packet".
     *
     * - with `net.netfilter.nf_conntrack_buckets`: keep at most four flows for each bucket
     * - with `net.nf_conntrack_max`: is the same value under an older name
     *
     * Linux 2.6.14 or newer. One for the whole host; containers cannot write it. Missing until the module nf_conntrack
     * is loaded.
     *
     * Source: net/netfilter/nf_conntrack_standalone.c:646; net/netfilter/nf_conntrack_core.c:2666;
     * Documentation/networking/nf_conntrack-sysctl.rst.
     *
     * @default the number of buckets: 262144 with more than 4 GiB of RAM, 65536 with more than 1 GiB
     */
    readonly "net.netfilter.nf_conntrack_max"?: number | string | Fact | Bounded<number | string | Fact>;

    /**
     * How long the firewall remembers an idle open connection: five days.
     *
     * Unit: seconds. The kernel takes -2147483 to 2147483. Below 1 it makes no sense and is refused. Usual: 3600 to
     * 432000; less forgets idle flows, more fills the table.
     *
     * Risk: Too low forgets live flows behind NAT, too high fills the table.
     *
     * - with `net.ipv4.tcp_keepalive_time`: must exceed time + interval * probes of keepalive
     *
     * Linux 2.6.14 or newer. Each network namespace has its own since 3.6. Missing until the module nf_conntrack is
     * loaded.
     *
     * Source: net/netfilter/nf_conntrack_standalone.c:742; Documentation/networking/nf_conntrack-sysctl.rst; measured
     * on Linux 6.18 in a fresh network namespace.
     *
     * @default 432000
     */
    readonly "net.netfilter.nf_conntrack_tcp_timeout_established"?: number | string | Fact | Bounded<number | string | Fact>;

    /**
     * How long the firewall remembers a flow in TIME_WAIT; the 60 s of the socket are another matter.
     *
     * Unit: seconds. The kernel takes -2147483 to 2147483. Below 1 it makes no sense and is refused. Usual: 10 to 120;
     * less forgets live flows, more fills the table.
     *
     * Risk: Too low forgets live flows behind NAT, too high fills the table.
     *
     * Linux 2.6.14 or newer. Each network namespace has its own since 3.6. Missing until the module nf_conntrack is
     * loaded.
     *
     * Source: net/netfilter/nf_conntrack_standalone.c:766; Documentation/networking/nf_conntrack-sysctl.rst; measured
     * on Linux 6.18 in a fresh network namespace.
     *
     * @default 120
     */
    readonly "net.netfilter.nf_conntrack_tcp_timeout_time_wait"?: number | string | Fact | Bounded<number | string | Fact>;
}
