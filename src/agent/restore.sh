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
    plan=$(plan_for '')
    by_hand=$(lines "$known$newline$plan" | changed_by_hand)
    carry_out "$plan"
    commit_restore || uncommit
    remove_formers "$formers"
    [ -z "$by_hand" ] || say "had been changed by hand since, and has its original value again: ${by_hand%; }"
    restored "$(select_lines "$plan" write | grep -c .)"
}

# No ledger: a host that was rebuilt, or was restored before. Without originals only the file can go.
remove_orphan() {
    step rm -f "$staged" 2>/dev/null
    place_modules /dev/null || die 73 "cannot remove $modules_file: $(why_not_writable "$MODULES_LOAD")"
    [ ! -e "$drop_in" ] || {
        step rm -f "$drop_in" || die 73 "cannot remove $drop_in: $(why_not_writable "$DROP_INS")"
        say "$drop_in removed, but $dir/ledger with the original values is gone: they return with the next boot"
    }
    restored 0
}

# "KEY was VALUE, set to VALUE" for each key that is neither as set nor, since the plan changes it, as before.
changed_by_hand() {
    awk '
        function rest() { return substr($0, length($1) + length($2) + 3) }
        { value[$1, $2] = rest(); key[$2] }
        END {
            for (k in key) if (("before", k) in value && value["before", k] != value["set", k])
                printf "%s was %s, set to %s; ", k, value["before", k], value["set", k]
        }'
}

restored() {
    printf '{"schema":1,"verb":"restore","changed":%s}\n' "$1"
}
