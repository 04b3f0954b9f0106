# What the kernel counts of TCP. The counters cost the same with any number of sockets; the states do not.

# Words: TIME_WAIT, TCPTimeWaitOverflow, seconds since boot, orphans, ListenOverflows, ListenDrops, RetransSegs, OutSegs,
# sockets of any state. As text: an awk may write great numbers its own way.
counters() {
    awk '
        $1 == "TCP:" { for (i = 2; i < NF; i += 2) n[$i] = $(i + 1) }
        $1 !~ /^Tcp(Ext)?:$/ { if (FILENAME == "/proc/uptime") up = int($1); next }
        $2 ~ /^[A-Z]/ { names = split($0, name); next }
        { for (i = 2; i <= names; i++) n[name[i]] = $i }
        function of(name) { return n[name] == "" ? 0 : n[name] }
        END {
            print of("tw"), of("TCPTimeWaitOverflow"), up, of("orphan"), of("ListenOverflows"), of("ListenDrops"), \
                of("RetransSegs"), of("OutSegs"), n["alloc"] + n["tw"]
        }' /proc/net/sockstat /proc/net/netstat /proc/net/snmp /proc/uptime
}

sample() {
    # shellcheck disable=SC2046 # words are wanted
    set -- $(counters)
    tw=$1 overflow=$2 up=$3 orphans=$4 listen_overflows=$5 listen_drops=$6 retransmitted=$7 sent=$8 sockets=$9
}

# Each line begins with WORD.
counter_lines() {
    lines "$1 TCPTimeWaitOverflow $overflow
$1 ListenOverflows $listen_overflows
$1 ListenDrops $listen_drops
$1 RetransSegs $retransmitted
$1 OutSegs $sent"
}

# The table of `netstat -n`, every state but LISTEN, after a line that says that they were counted. Each begins with WORD.
count_states() {
    # shellcheck disable=SC2046 # words are wanted
    awk -v word="$1" '
        BEGIN { split("ESTABLISHED SYN_SENT SYN_RECV FIN_WAIT1 FIN_WAIT2 TIME_WAIT CLOSE CLOSE_WAIT LAST_ACK LISTEN CLOSING SYN_RECV", name, " ") }
        $2 ~ /:/ { hex = $4; n = index("0123456789ABC", substr(hex, 2)) - 1; if (n != 10) count[name[n]]++ }
        END {
            print word
            n = split("CLOSE CLOSE_WAIT CLOSING ESTABLISHED FIN_WAIT1 FIN_WAIT2 LAST_ACK SYN_RECV SYN_SENT TIME_WAIT", state, " ")
            for (i = 1; i <= n; i++) if (state[i] in count) print word, state[i], count[state[i]]
        }' $(tcp_tables)
}

tcp_tables() { for table in /proc/net/tcp /proc/net/tcp6; do [ ! -e "$table" ] || echo "$table"; done; }

# What the ledger keeps of the time before a change, for the report: lines for it, all of this boot.
circumstances() {
    lines "boot $boot_id"
    find_lines "$past" 'boot '
    last=$past
    [ "$found" = "$boot_id" ] || last=''
    keep_lines "$last" since
    [ -z "$found" ] || lines "$found"
    birth_line
    if [ -z "$last" ] || has_line "$plan" 'write '; then
        count_before
    else
        keep_lines "$last" baseline counterBefore statesBefore
        lines "$found"
    fi
}

# Beyond this many sockets, counting their states would hold up the apply.
MANY_SOCKETS=20000

count_before() {
    sample
    # For the gate.
    lines "baseline $up $tw"
    counter_lines counterBefore
    # Nor where nobody wants them.
    [ "$sockets" -gt "$MANY_SOCKETS" ] || has_line "$options" 'states=off' || count_states statesBefore
}
