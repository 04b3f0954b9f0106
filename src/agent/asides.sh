# What a report has beside its keys and sockets, before REPORT: listeners, rivals, and what only an observation says. Lines:
#   somaxconn N, listener RESTART PORT BACKLOG PID ADDRESS PROCESS: [address, port, restart, backlog, pid, process]
#   rival TEXT, refusal TEXT, caution TEXT, listening PORT
# shellcheck disable=SC2016 # they are awk's
ASIDES='
    function known(word, s) { return word == "-" ? "null" : s }
    $1 == "somaxconn" { somaxconn = $2; next }
    $1 == "listener" {
        if (++n_listeners <= 20) listeners = add(listeners, "[" text($6) "," $3 "," $2 "," \
            known($4, $4) "," known($5, $5) "," known($7, text(rest(6))) "]")
        next
    }
    $1 == "rival" { rivals = add(rivals, text(rest(1))); next }
    $1 == "refusal" { refusals = add(refusals, text(rest(1))); next }
    $1 == "caution" { cautions = add(cautions, text(rest(1))); next }
    $1 == "listening" { listening = add(listening, $2); next }
    function print_listeners() {
        if (n_listeners) printf ",\"listeners\":{\"total\":%s,\"somaxconn\":%s,\"rows\":[%s]}", n_listeners, somaxconn, listeners
    }
    function print_asides() {
        if (rivals != "") printf ",\"rivals\":[%s]", rivals
        if (verb == "observe")
            printf ",\"drift\":[%s],\"refusals\":[%s],\"cautions\":[%s],\"listening\":[%s]", problems, refusals, cautions, listening
    }
'
