# Reads everything back, read-only: values, drop-in, TCP states, TIME_WAIT within its limit before the settling time ends.
verify() {
    request_or_name "$@"
    ledger=$dir/ledger
    [ -e "$ledger" ] || die 76 "nothing is applied here under the name '$name': run pulumi up --replace, or destroy and up"
    : "${hash:=$(recorded "$ledger" hash)}"
    limit=$(select_lines "$body" maxTimeWait)
    settle "$(select_lines "$body" settleSeconds)"
    tcp_states=''
    [ "$(select_lines "$body" states)" = off ] || tcp_states=$(count_states)
    problems=$(
        verify_files
        verify_values
        settle_problem
        vacuous_problem
    )
    verify_report
    [ -z "$problems" ] || die 76 "$(printf %s "$problems" | sed '2,$s/^/tcp-tuning: /')"
}

verify_files() {
    [ "$(recorded "$ledger" hash)" = "$hash" ] ||
        lines "the host holds generation $(recorded "$ledger" generation) with other settings than this program's: \
another stack or an older program applied '$name' since; run pulumi up again from the right one"
    [ "$(file_hash "$drop_in")" = "$hash" ] ||
        lines "$drop_in is $([ -e "$drop_in" ] && echo 'not as written' || echo 'gone'): after a reboot the values would be others"
}

verify_values() {
    lines "$(read_back "$(grep '^set ' "$ledger")" | sort)" | sed -n 's/./APPLY-VERIFY: &/p'
}

# "TIME_WAIT OVERFLOW UPTIME": a cost that does not grow with the sockets.
counters() {
    awk '
        $1 == "TCP:" { for (i = 2; i < NF; i += 2) if ($i == "tw") tw = $(i + 1) }
        $1 == "TcpExt:" && !n { n = split($0, name); next }
        $1 == "TcpExt:" { for (i = 2; i <= n; i++) if (name[i] == "TCPTimeWaitOverflow") overflow = $i }
        FILENAME == "/proc/uptime" { up = int($1) }
        END { print tw + 0, overflow + 0, up }' /proc/net/sockstat /proc/net/netstat /proc/uptime
}

sample() {
    # shellcheck disable=SC2046 # words are wanted
    set -- $(counters)
    tw=$1 overflow=$2 up=$3
}

# Waits until TIME_WAIT is within its limit, for at most SECONDS. Sets tw, overflowed and waited.
settle() {
    sample
    overflow_0=$overflow up_0=$up overflowed=0 waited=0
    while [ "$tw" -gt "${limit:-$tw}" ] && [ "$overflowed" = 0 ] && [ "$waited" -lt "${1:-0}" ]; do
        sleep 1
        sample
        overflowed=$((overflow - overflow_0)) waited=$((up - up_0))
    done
}

settle_problem() {
    [ "$overflowed" = 0 ] ||
        lines "TCPTimeWaitOverflow grew by $overflowed in $waited s: sockets are closed without TIME_WAIT, since there are \
more than tcp_max_tw_buckets; raise it, or reuse connections"
    [ -n "$limit" ] && [ "$tw" -gt "$limit" ] || return 0
    # sockstat counts orphans in FIN-WAIT-2 as well: when it matters, the exact count decides.
    exact=$(lines "${tcp_states:-$(count_states)}" | sed -n 's/^count TIME_WAIT //p')
    [ "${exact:-0}" -gt "$limit" ] || return 0
    lines "TIME_WAIT is $exact, above its limit of $limit, after $waited s of settling; the values stay applied. \
Each one lasts 60 s: fewer connections a second (keep-alive, pooling), or a higher maxTimeWait"
}

vacuous_problem() {
    [ -n "$limit" ] || return 0
    cap=$(cat /proc/sys/net/ipv4/tcp_max_tw_buckets)
    [ "$cap" -lt 0 ] || [ "$limit" -lt "$cap" ] ||
        lines "VERIFY-VACUOUS: maxTimeWait $limit can never be exceeded: tcp_max_tw_buckets is $cap on this host; choose less"
}

# The table of `netstat -n`: every state but LISTEN.
count_states() {
    set -- /proc/net/tcp
    [ ! -e /proc/net/tcp6 ] || set -- "$@" /proc/net/tcp6
    awk '
        BEGIN { split("ESTABLISHED SYN_SENT SYN_RECV FIN_WAIT1 FIN_WAIT2 TIME_WAIT CLOSE CLOSE_WAIT LAST_ACK LISTEN CLOSING SYN_RECV", name, " ") }
        $2 ~ /:/ { hex = $4; n = index("0123456789ABC", substr(hex, 2)) - 1; if (n != 10) count[name[n]]++ }
        END { for (state in count) print "count", state, count[state] }' "$@" | sort
}

verify_report() {
    keys=$(grep '^set ' "$ledger" | cut -d' ' -f2)
    {
        lines "about name $name"
        lines "number generation $(recorded "$ledger" generation)"
        lines "about host $(uname -n)"
        lines "about kernel $(kernel)"
        lines "about boot $(boot_id)"
        grep -E '^(set|original|skipped) ' "$ledger"
        lines "$keys" | live_values
        lines "timewait count $tw"
        [ -z "$limit" ] || lines "timewait limit $limit"
        lines "timewait waitedSeconds $waited"
        lines "timewait overflowed $overflowed"
        lines "$tcp_states"
        lines "$problems" | sed -n 's/./problem &/p'
    } | report_json verify
}
