# A change that cuts the host off undoes itself. Before the first value is written a guard is started, and named in the
# journal; unless a second apply of the same request, over a connection of its own, confirms in time, it puts every
# value back. The journal is named "guarded" from when all values have been read back until it is confirmed.

# What the journal says of its guard; nothing where none was asked for.
guard_lines() {
    [ -n "$guard_seconds" ] || return 0
    lines "token $$-$started${newline}until $(($(uptime) + guard_seconds))${newline}request $request"
}

uptime() { cut -d. -f1 /proc/uptime; }

# Not a child of this session: with the connection, logind may end everything that belongs to it.
start_guard() {
    [ -n "$guard_seconds" ] || return 0
    step detach sh "$dir/agent.new" guard "$name"
    tries=0
    until has_guard; do
        tries=$((tries + 1))
        [ "$tries" -le 50 ] || abort 73 "GUARD: no guard could be started (systemd-run or setsid), so nothing was changed; \
leave confirmWithinSeconds out to apply without one"
        sleep 0.1
    done
}

detach() {
    if [ -d /run/systemd/system ]; then systemd-run --quiet --collect --unit="tcp-tuning-guard-$name-$$" "$@" 2>/dev/null && return; fi
    setsid "$@" </dev/null >/dev/null 2>&1 &
}

# Whether the guard of $dir is at work.
has_guard() { [ -e "$dir/guard" ] && is_alive "$(cat "$dir/guard")"; }

# The end of a run whose values are in force, and whose files wait.
await_confirmation() {
    [ -n "$guard_seconds" ] || return 0
    trap '' TERM INT
    step mv "$dir/pending" "$dir/guarded" || abort 73 "cannot rename in $dir; every value is as before"
    die 75 "GUARD: the values are in force, and wait for their confirmation; without it every one of them is put back \
within $guard_seconds s"
}

# Whether just this request waits for its confirmation, and was not undone where only the journal could not go.
is_waiting() {
    journal=$dir/guarded
    [ -e "$journal" ] && [ "$(recorded "$journal" request)" = "$request" ] && [ -n "$(is_of_this_boot)" ] && ! has_gone_back
}

# The second connection was made: the files follow.
confirm() {
    count_lines "$(recorded "$dir/guarded" before)"
    changed=$many
    wrong=$(read_back "$(grep '^set ' "$dir/ledger.new")")
    [ -z "$wrong" ] || give_up 74 "APPLY-VERIFY: $(explain "$wrong"), when it was to be confirmed; every value is as before"
    text=$(cat "$staged")
    verify_applied "$dir/ledger.new"
    trap '' TERM INT
    step mv "$dir/guarded" "$dir/committing" || give_up 73 "cannot rename in $dir; every value is as before"
    commit_apply || uncommit
    receipt "$changed"
}

# Undoes what was guarded.
give_up() {
    [ ! -e "$dir/guarded" ] || step mv "$dir/guarded" "$dir/pending"
    abort "$@"
}

# The guard itself: `agent guard NAME`.
guard() {
    need_root
    use_name "$1"
    token=$(journal_line token)
    end=$(journal_line until)
    [ -n "$token" ] || exit 0
    step put "$dir/guard" "process $$ started $started boot $boot_id"
    while is_own && [ "$(uptime)" -lt "$end" ]; do sleep 1; done
    # As long as a confirming run may settle, and more.
    patience=7200
    # Where /var became read-only there is no lock to be had, for nobody: the values go back without.
    trap '! is_own || undo_journals >/dev/null' EXIT
    ! is_own || take_lock
    ! is_own || give_up 74 "not confirmed in time; every value is as before"
    exit 0
}

journal_line() { cat "$dir/pending" "$dir/guarded" 2>/dev/null | sed -n "s/^$1 //p"; }

# Confirmed, restored and replaced transactions have taken their journal away.
is_own() { [ "$(journal_line token)" = "$token" ]; }
