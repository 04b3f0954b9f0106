# Reads everything back, read-only: values, drop-in, TCP states, TIME_WAIT within its limit before the settling time ends.
verify() {
    request_or_name "$@"
    become_root
    ledger=$dir/ledger
    [ -e "$ledger" ] || die 76 "nothing is applied here under the name '$name'$(select_lines "$body" advice)"
    : "${hash:=$(recorded "$ledger" hash)}"
    terms=$body
    stay='; the values stay applied'
    look ''
    problems=$(
        verify_files
        value_problems
    )
    verify_report
    [ -z "$problems" ] || die 76 "$(told_problems)"
}

# look DROP-IN: all that is held against the ledger, once it has settled; "terms" says how, in lines such as
# "maxTimeWait N" or "maxTimeWait=N". DROP-IN: what will be in it; empty where it is in place.
look() {
    limit='' patient_seconds='' states=on on_override=''
    while IFS=' =' read -r term value; do
        case $term in
        maxTimeWait) limit=$value ;;
        settleSeconds) patient_seconds=$value ;;
        states) states=$value ;;
        onOverride) on_override=$value ;;
        esac
    done <<-END
		$terms
	END
    word=count
    [ "$states" != off ] || word=''
    settle "$patient_seconds"
    # What the apply has just looked at need not be looked at again.
    [ "$waited" = 0 ] || live='' boot=''
    note "$ledger"
    [ -n "$live" ] || look_at_values "$noted"
    [ -n "$boot" ] || look_at_boot "$noted" "$1"
}

value_problems() {
    verify_values
    boot_problem
    settle_problem
    vacuous_problem
}

# As say and die print several.
told_problems() { printf %s "$problems" | sed '2,$s/^/tcp-tuning: /'; }

verify_files() {
    [ "$(recorded "$ledger" hash)" = "$hash" ] || is_newer_accepted ||
        lines "the host holds generation $(recorded "$ledger" generation) with other settings than this program's: \
another stack or an older program applied '$name' since; run pulumi up again from the right one"
    verify_boot_files
}

# At the end of a boot, what was applied otherwise since user data was is held against its own ledger.
is_newer_accepted() { [ -n "$(option newer)" ] && [ "$(recorded "$ledger" by)" != user-data ]; }

verify_boot_files() {
    [ "$(file_hash "$drop_in")" = "$(recorded "$ledger" file)" ] ||
        lines "$drop_in is $([ -e "$drop_in" ] && echo 'not as written' || echo 'gone'): after a reboot the values would be others"
    modules=$(recorded "$ledger" module)
    are_modules_placed || lines "$modules_file is not as written: at a boot, keys of $modules would be missing"
}

verify_values() { prefixed APPLY-VERIFY: "$wrong"; }

# Waits until TIME_WAIT is within its limit, for at most SECONDS. Sets tw, tw_0, tw_most, overflowed and waited, and what else
# was measured at the end.
settle() {
    measure "$word"
    tw_0=$tw tw_most=$tw overflow_0=$overflow up_0=$up overflowed=0 waited=0
    while has_to_settle "${1:-0}"; do
        sleep 1
        measure
        has_to_settle "${1:-0}" || [ -z "$word" ] || measure "$word"
    done
}

has_to_settle() {
    [ "$tw" -le "$tw_most" ] || tw_most=$tw
    overflowed=$((overflow - overflow_0)) waited=$((up - up_0))
    [ "$tw" -gt "${limit:-$tw}" ] && [ "$overflowed" = 0 ] && [ "$waited" -lt "$1" ]
}

boot_problem() {
    [ -n "$losing" ] && [ "$on_override" != warn ] || return 0
    lines "BOOT-OVERRIDDEN: at the next boot $(tell_overridden "$losing"), since that is read after $drop_in; \
take the line out there, or set onOverride: \"warn\""
}

settle_problem() {
    [ "$overflowed" = 0 ] ||
        lines "TCPTimeWaitOverflow grew by $overflowed in $waited s: sockets are closed without TIME_WAIT, since there are \
more than tcp_max_tw_buckets; raise it, or reuse connections"
    [ -n "$limit" ] && [ "$tw" -gt "$limit" ] || return 0
    # sockstat counts orphans in FIN-WAIT-2 as well: when it matters, the exact count decides.
    [ -n "$tcp_states" ] || measure count
    find_lines "$tcp_states" 'count TIME_WAIT '
    [ "${found:-0}" -gt "$limit" ] || return 0
    lines "TIME_WAIT is $found, above its limit of $limit, after $waited s of settling$stay. \
Each one lasts 60 s: fewer connections a second (keep-alive, pooling), or a higher maxTimeWait"
}

vacuous_problem() {
    [ -n "$limit" ] || return 0
    cap=$(cat /proc/sys/net/ipv4/tcp_max_tw_buckets)
    [ "$cap" -lt 0 ] || [ "$limit" -lt "$cap" ] ||
        lines "VERIFY-VACUOUS: maxTimeWait $limit can never be exceeded: tcp_max_tw_buckets is $cap on this host; choose less"
}

verify_report() {
    {
        lines "about name $name"
        find_lines "$noted" 'generation '
        lines "number generation $found"
        lines "about host $host_name"
        lines "about kernel $kernel"
        lines "about boot $boot_id"
        lines "about verifiedAt $(date -u +%FT%TZ)"
        if is_first_namespace; then lines 'about namespace first'; else lines 'about namespace other'; fi
        # Of what was counted before, only what was in this boot.
        if is_noted_in_this_boot; then lines "$noted"; else lines "$noted" | grep -v '^[a-z]*Before'; fi
        lines "$live"
        prefixed failed "$wrong"
        prefixed boot "$losing"
        rivals "$noted"
        report_sockets
        listeners
        prefixed problem "$problems"
    } | awk -v verb=verify "$BOUNDS$ASIDES$REPORT"
}

is_noted_in_this_boot() { case $newline$noted$newline in *"${newline}boot $boot_id$newline"*) ;; *) return 1 ;; esac }

report_sockets() {
    lines "timewait start $tw_0"
    lines "timewait highest $tw_most"
    lines "timewait count $tw"
    [ -z "$limit" ] || lines "timewait limit $limit"
    lines "timewait waitedSeconds $waited"
    lines "timewait overflowed $overflowed"
    lines "number orphans $orphans"
    tell_counters counter
    lines "$counters$newline$tcp_states"
}
