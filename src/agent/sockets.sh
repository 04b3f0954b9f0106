# What the kernel counts of TCP. The counters cost the same with any number of sockets; the states do not.

# Beyond this many sockets, counting their states would hold up an apply.
MANY_SOCKETS=20000

# measure [WORD [MOST]]: sets what the counters say, and "ticks", when that was; with WORD also "tcp_states", the table of
# `netstat -n` with every state but LISTEN, after a line that says that they were counted, each beginning with WORD. Beyond
# MOST sockets there is none.
measure() {
    tcp_tables=''
    if [ -n "${1:-}" ]; then list_tcp_tables; fi
    # Numbers as text: an awk may write great ones its own way.
    # shellcheck disable=SC2086 # words are wanted
    measured=$(awk -v word="${1:-}" -v most="${2:-}" '
        FILENAME ~ /tcp6?$/ {
            if (most != "" && n["alloc"] + n["tw"] > most) { word = ""; exit }
            if ($2 !~ /:/) next
            state = index("0123456789ABC", substr($4, 2)) - 1
            if (state != 10) count[state]++
            next
        }
        $1 == "TCP:" { for (i = 2; i < NF; i += 2) n[$i] = $(i + 1) }
        $1 !~ /^Tcp(Ext)?:$/ { if (FILENAME == "/proc/uptime") up = int($1); next }
        $2 ~ /^[A-Z]/ { names = split($0, name); next }
        { for (i = 2; i <= names; i++) n[name[i]] = $i }
        function of(name) { return n[name] == "" ? 0 : n[name] }
        END {
            getline stat < "/proc/self/stat"
            sub(/.*\) /, "", stat)
            split(stat, field, " ")
            print of("tw"), of("TCPTimeWaitOverflow"), up, of("orphan"), of("ListenOverflows"), of("ListenDrops"), \
                of("RetransSegs"), of("OutSegs"), field[20]
            if (word == "") exit
            print word
            split("ESTABLISHED SYN_SENT SYN_RECV FIN_WAIT1 FIN_WAIT2 TIME_WAIT CLOSE CLOSE_WAIT LAST_ACK LISTEN CLOSING SYN_RECV", called, " ")
            for (i in count) sum[called[i]] += count[i]
            last = split("CLOSE CLOSE_WAIT CLOSING ESTABLISHED FIN_WAIT1 FIN_WAIT2 LAST_ACK SYN_RECV SYN_SENT TIME_WAIT", shown, " ")
            for (i = 1; i <= last; i++) if (shown[i] in sum) print word, shown[i], sum[shown[i]]
        }' /proc/net/sockstat /proc/net/netstat /proc/net/snmp /proc/uptime $tcp_tables)
    tcp_states=''
    case $measured in *"$newline"*) tcp_states=${measured#*"$newline"} ;; esac
    # shellcheck disable=SC2086 # words are wanted
    set -- ${measured%%"$newline"*}
    # shellcheck disable=SC2034 # ticks is for the listeners
    tw=$1 overflow=$2 up=$3 orphans=$4 listen_overflows=$5 listen_drops=$6 retransmitted=$7 sent=$8 ticks=$9
}

# Sets "tcp_tables" to the files that list sockets.
list_tcp_tables() {
    tcp_tables=''
    for table in /proc/net/tcp /proc/net/tcp6; do
        [ ! -e "$table" ] || tcp_tables="$tcp_tables $table"
    done
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
