# A listener takes its backlog and its buffers from the values at its birth: reading a value back says nothing about it.

# "since TICKS SOMAXCONN" for a plan that changes such a value: listeners of processes that started before TICKS have what
# was in force before. When only somaxconn changed, this concerns those alone that it may have capped, with a backlog of
# the former SOMAXCONN or more; the others asked for less themselves.
birth_line() {
    find_lines "$plan" 'before net.core.somaxconn '
    capped=$found
    for key in rmem wmem congestion_control; do
        ! has_line "$plan" "before net.ipv4.tcp_$key " || capped=0
    done
    [ -z "$capped" ] || lines "since $ticks $capped"
}

# "listener RESTART PORT BACKLOG PID ADDRESS PROCESS" for each one that does not have what is in force; RESTART is 1 or 0,
# what is not known is "-". Those that need a restart come first.
listeners() {
    found=''
    ! is_noted_in_this_boot || find_lines "$noted" 'since '
    # shellcheck disable=SC2086 # words are wanted
    set -- $found
    since="$*"
    watched=0
    ! has_line "$noted" 'set net.core.somaxconn ' || watched=1
    [ -n "$since" ] || [ "$watched" = 1 ] || return 0
    find_listening
    awk -v since="$since" -v watched="$watched" "$SS"'
        BEGIN {
            n = split(since, mark, " ")
            getline somaxconn < "/proc/sys/net/core/somaxconn"
            print "somaxconn", somaxconn
            least = somaxconn * watched
        }
        # A socket that several processes hold was made by the oldest.
        function find_process(i, file, stat, comm, field) {
            pid = process = "-"
            started = -1
            for (i = 4; i <= NF; i++) {
                file = "/proc/" $i "/stat"
                stat = ""
                getline stat < file
                close(file)
                comm = stat
                if (!sub(/^[0-9]+ \(/, "", comm) || !sub(/\) [^)]*$/, "", comm)) continue
                sub(/.*\) /, "", stat)
                split(stat, field, " ")
                if (started < 0 || field[20] + 0 < started) { started = field[20] + 0; pid = $i; process = comm }
            }
        }
        function is_older(i) {
            for (i = 1; i < n; i += 2)
                if (started >= 0 && started < mark[i] + 0 && ($3 == "-" || $3 + 0 >= mark[i + 1] + 0)) return 1
            return 0
        }
        {
            find_process()
            older = is_older()
            if (!older && ($3 == "-" || $3 + 0 >= least)) next
            line = "listener " older " " $2 " " $3 " " pid " " $1 " " process
            if (seen[line]++) next
            rank = $2 + (older ? 0 : 65536)
            for (i = ++kept; i > 1 && ranks[i - 1] > rank; i--) { ranks[i] = ranks[i - 1]; rows[i] = rows[i - 1] }
            ranks[i] = rank
            rows[i] = line
        }
        END { for (i = 1; i <= kept; i++) print rows[i] }' <<-END
		$listening
	END
}

# Sets "listening" to what ss, or else /proc, says of listening sockets.
find_listening() {
    listening=$(ss -lnt -p 2>/dev/null)
    case $listening in *LISTEN*) ;; *) listening=$(proc_listening) ;; esac
}

# For awk, before all else: makes "ADDRESS PORT BACKLOG PID..." of each line.
# shellcheck disable=SC2016 # they are awk's
SS='
    !NF || $1 == "State" { next }
    $1 == "LISTEN" {
        port = address = $4
        sub(/.*:/, "", port)
        sub(/:[^:]*$/, "", address)
        gsub(/[][]/, "", address)
        socket = address " " port " " $3
        while (match($0, /,pid=[0-9]+,/)) {
            socket = socket " " substr($0, RSTART + 5, RLENGTH - 6)
            $0 = substr($0, RSTART + RLENGTH)
        }
        $0 = socket
    }
'

# The kernel shows no backlog there. Addresses are decoded as little-endian machines print them.
proc_listening() (
    set +f
    {
        ls -l /proc/[0-9]*/fd
        cat /proc/net/tcp /proc/net/tcp6
    } 2>/dev/null | awk '
        function hex(digit) { return index("0123456789ABCDEF", digit) - 1 }
        function byte(s, i) { return hex(substr(s, i, 1)) * 16 + hex(substr(s, i + 1, 1)) }
        function ipv4(s) { return byte(s, 7) "." byte(s, 5) "." byte(s, 3) "." byte(s, 1) }
        function group(s, i, g) {
            g = substr(s, i + 2, 2) substr(s, i, 2)
            sub(/^0+/, "", g)
            return ":" (g == "" ? "0" : tolower(g))
        }
        function ipv6(s, i, out) {
            if (substr(s, 1, 24) == "0000000000000000FFFF0000") return "::ffff:" ipv4(substr(s, 25))
            for (i = 1; i <= 25; i += 8) out = out group(s, i + 4) group(s, i)
            sub(/:0(:0)+/, ":", out)
            if (out ~ /(^|[^:]):$/) out = out ":"
            return out ~ /^::/ ? out : substr(out, 2)
        }
        /^\/proc\/[0-9]+\/fd:$/ { split($0, part, "/"); pid = part[3]; next }
        / -> socket:\[[0-9]+\]$/ { gsub(/.*\[|\]$/, ""); holders[$0] = holders[$0] " " pid; next }
        $4 == "0A" {
            split($2, at, ":")
            port = byte(at[2], 1) * 256 + byte(at[2], 3)
            print (length(at[1]) == 8 ? ipv4(at[1]) : ipv6(at[1])), port, "-" holders[$10]
        }'
)
