# The gate: with the option "gate=FACTOR" a verified apply that changed values fails when things are more than FACTOR times
# worse since the change than they were on this host before it. Without a floor, few of something would be an alarm.
#
# What is compared with what, and the floor below which nothing is a violation:
#   TIME_WAIT             the count before the change         1,000 sockets; not compared where the former cap had cut the
#                                                             count off, at 90 % of it or more, and the change raises it
#   TCPTimeWaitOverflow   its rate from boot to the change    10 more since the change
#   ListenOverflows       its rate from boot to the change    10 more since the change
#   ListenDrops           its rate from boot to the change    10 more since the change
#   RetransSegs           its share of OutSegs until then     1 % of at least 1,000 segments since the change
GATE='floor TIME_WAIT 1000 connections end faster than before, and each stays for 60 s
floor TCPTimeWaitOverflow 10 sockets are closed without TIME_WAIT, since there are more than tcp_max_tw_buckets
floor ListenOverflows 10 accept queues are full, and connections are dropped
floor ListenDrops 10 listeners drop connections
floor RetransSegs 1 segments are lost on the way, or sent again too early
floor OutSegs 1000'

# For a run whose journal and ledger.new are still there: "GATE: ..." lines.
gate_problems() {
    has_line "$options" 'gate=' && [ "$ledger" != "$dir/ledger" ] || return 0
    journal=$dir/pending
    [ -e "$journal" ] || journal=$dir/guarded
    tell_counters counter
    awk '
        function rest(n, i, s) { s = $0; for (i = 1; i <= n; i++) sub(/^[^ ]+ ?/, "", s); return s }
        /^gate=/ { factor = substr($0, 6) + 0 }
        $1 == "floor" { floor[$2] = $3; means[$2] = rest(3) }
        $1 == "write" { changed = 1 }
        $2 == "net.ipv4.tcp_max_tw_buckets" { cap[$1] = $3 }
        $1 == "baseline" { up = $2; before["TIME_WAIT"] = $3 }
        $1 == "counterBefore" { before[$2] = $3 }
        $1 == "now" { since = $2 - up; now["TIME_WAIT"] = $3 }
        $1 == "counter" { now[$2] = $3 }
        function grown(name) { return now[name] - before[name] }
        function short(number) { return sprintf("%.3g", number) }
        function tell(name, figure, baseline) {
            print "GATE: " figure " in the " since " s since the change, more than " factor " times " baseline ": " means[name]
        }
        function gate_rate(name, rate, baseline) {
            rate = grown(name) / since
            baseline = before[name] / up
            if (grown(name) >= floor[name] && rate > factor * baseline)
                tell(name, name " grew by " grown(name) " (" short(rate) " a second)", "its " short(baseline) " a second from boot to the change")
        }
        function was_cut_off() { return cap["write"] + 0 > cap["before"] + 0 && before["TIME_WAIT"] >= cap["before"] * 0.9 }
        END {
            if (!changed) exit
            if (since < 1) since = 1
            if (up < 1) up = 1
            if (now["TIME_WAIT"] >= floor["TIME_WAIT"] && now["TIME_WAIT"] > factor * before["TIME_WAIT"] && !was_cut_off())
                tell("TIME_WAIT", "TIME_WAIT rose to " now["TIME_WAIT"], "the " before["TIME_WAIT"] " before")
            gate_rate("TCPTimeWaitOverflow")
            gate_rate("ListenOverflows")
            gate_rate("ListenDrops")
            sent = grown("OutSegs")
            if (sent < floor["OutSegs"]) exit
            share = grown("RetransSegs") * 100 / sent
            usual = before["OutSegs"] > 0 ? before["RetransSegs"] * 100 / before["OutSegs"] : 0
            if (share >= floor["RetransSegs"] && share > factor * usual)
                tell("RetransSegs", short(share) " % of " sent " sent segments were sent again", "the " short(usual) " % from boot to the change")
        }' - "$journal" <<-END
		$GATE
		$noted
		$options
		now $up $tw
		$counters
	END
}
