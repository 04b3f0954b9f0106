restore() {
    request_or_name "$@"
    need_root
    [ -d "$STATE" ] || {
        remove_orphan
        return
    }
    take_lock
    meet_family
    [ -n "$newest" ] || {
        remove_orphan
        return
    }
    formers="$formers $name"
    use_name "$newest"
    ! is_of_another || {
        say "left as it is: another resource tunes this host as '$name' since; by hand: sh $dir/agent restore $name"
        restored 0
        return
    }
    plan=$(plan_for '')
    tell_changed
    carry_out "$plan"
    commit_restore || uncommit
    remove_formers "$formers"
    restored "$(select_lines "$plan" write | grep -c .)"
}

# Whether the request is one of a resource that the tuning does not belong to any more.
is_of_another() {
    token=$(option resource)
    holders=$(recorded "$dir/ledger" resource)
    [ -n "$token" ] && [ -n "$holders" ] && case $newline$holders$newline in *"$newline$token$newline"*) return 1 ;; esac
}

# No ledger: a host that was rebuilt, or was restored before. Without originals only the file can go.
remove_orphan() {
    step rm -f "$staged" 2>/dev/null
    place_modules /dev/null || die 73 "cannot remove $modules_file: $(why_not_writable "$MODULES_LOAD")"
    if [ -e "$drop_in" ]; then
        step rm -f "$drop_in" || die 73 "cannot remove $drop_in: $(why_not_writable "$DROP_INS")"
        say "$drop_in removed, but $dir/ledger with the original values is gone: they return with the next boot"
    else say "nothing is applied here under the name '$name'"; fi
    restored 0
}

# Told before it is written over, for a run that is killed: what the plan changes and is not as the ledger set it.
tell_changed() {
    by_hand=$(lines "$known$newline=$newline$plan" | awk '
        function rest() { return substr($0, length($1) + length($2) + 3) }
        $0 == "=" { planned = 1; next }
        !planned && $1 == "set" { set[$2] = rest() }
        $1 == "before" { before[$2] = rest() }
        planned && $1 == "write" { now[$2] = rest() }
        END { for (k in before) if (k in set && before[k] != set[k])
            printf "%s was %s instead of %s, and becomes %s; ", k, before[k], set[k], now[k] }')
    [ -z "$by_hand" ] || say "had been changed since by somebody else: ${by_hand%; }"
}

restored() {
    printf '{"schema":1,"verb":"restore","changed":%s}\n' "$1"
}
