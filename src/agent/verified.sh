# An apply with the option "verify" verifies what it has written before it commits anything: after a problem the host is as
# it was before, and the next boot knows of nothing.

# verify_applied LEDGER: sets "report", or prints it and undoes this run; nothing where the request asks for none.
verify_applied() {
    [ "$verb" = apply ] && has_line "$options" 'verify=' || return 0
    ledger=$1
    terms=$options
    stay=''
    look "$text"
    problems=$(
        value_problems
        gate_problems
    )
    report=$(verify_report)
    [ -n "$problems" ] || return 0
    lines "$report"
    if [ "$ledger" = "$dir/ledger" ]; then ending='nothing had to be changed, and nothing was'; else ending='every value is as before'; fi
    give_up 76 "$(told_problems); $ending"
}
