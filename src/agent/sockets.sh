# What the kernel counts of TCP. The counters cost the same with any number of sockets; the states do not.

# Beyond this many sockets, counting their states would hold up an apply.
MANY_SOCKETS=20000

# measure [WORD [MOST]]: sets what the counters say, and "ticks", when that was; with WORD also "tcp_states", the table of
# `netstat -n` with every state but LISTEN, after a line that says that they were counted, each beginning with WORD. Beyond
# MOST sockets there is none.
measure() {
    # Numbers as text: an awk may write great ones its own way.
    measured=$(awk -v word="${1:-}" -v most="${2:-}" '
        $1 == "TCP:" { for (i = 2; i < NF; i += 2) n[$i] = $(i + 1) }
        FILENAME == "/proc/uptime" { up = int($1); sub(/[.]/, "", $1); ticks = $1 }
        $1 !~ /^Tcp(Ext)?:$/ { next }
        $2 ~ /^[A-Z]/ { names = split($0, name); next }
        { for (i = 2; i <= names; i++) n[name[i]] = $i }
        function of(name) { return n[name] == "" ? 0 : n[name] }
        function count_in(table) {
            while ((getline < table) > 0) if ($2 ~ /:/) count[state[index("123456789ABC", substr($4, 2))]]++
        }
        END {
            print of("tw"), of("TCPTimeWaitOverflow"), up, of("orphan"), of("ListenOverflows"), of("ListenDrops"), \
                of("RetransSegs"), of("OutSegs"), ticks
            if (word == "" || (most != "" && n["alloc"] + n["tw"] > most)) exit
            print word
            split("ESTABLISHED SYN_SENT SYN_RECV FIN_WAIT1 FIN_WAIT2 TIME_WAIT CLOSE CLOSE_WAIT LAST_ACK LISTEN CLOSING SYN_RECV", state, " ")
            count_in("/proc/net/tcp")
            count_in("/proc/net/tcp6")
            for (i = 1; i < 12; i++) if (i != 10 && state[i] in count) print word, state[i], count[state[i]]
        }' /proc/net/sockstat /proc/net/netstat /proc/net/snmp /proc/uptime)
    tcp_states=''
    case $measured in *"$newline"*) tcp_states=${measured#*"$newline"} ;; esac
    # shellcheck disable=SC2086 # words are wanted
    set -- ${measured%%"$newline"*}
    # shellcheck disable=SC2034 # ticks is for the listeners
    tw=$1 overflow=$2 up=$3 orphans=$4 listen_overflows=$5 listen_drops=$6 retransmitted=$7 sent=$8 ticks=$9
}

# Sets "counters" to what was measured last; each line begins with WORD.
tell_counters() {
    counters="$1 TCPTimeWaitOverflow $overflow
$1 ListenOverflows $listen_overflows
$1 ListenDrops $listen_drops
$1 RetransSegs $retransmitted
$1 OutSegs $sent"
}

# What the ledger keeps of the time before a change, for the report: lines for it, all of this boot.
circumstances() {
    lines "boot $boot_id"
    find_lines "$past" 'boot '
    last=$past
    [ "$found" = "$boot_id" ] || last=''
    keep_lines "$last" since
    [ -z "$found" ] || lines "$found"
    if [ -z "$last" ] || has_line "$plan" 'write '; then
        count_before
    else
        keep_lines "$last" baseline counterBefore statesBefore
        lines "$found"
    fi
    birth_line
}

count_before() {
    # Nobody may want the states.
    if has_line "$options" 'states=off'; then measure; else measure statesBefore "$MANY_SOCKETS"; fi
    # For the gate.
    lines "baseline $up $tw"
    tell_counters counterBefore
    lines "$counters"
    [ -z "$tcp_states" ] || lines "$tcp_states"
}
