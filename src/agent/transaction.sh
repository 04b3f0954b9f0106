# A transaction: journal, values, read back, files. The journal is named "pending" while values are being written and
# "committing" once they have all been read back ("guarded" between, where a confirmation is asked for); what a killed run left is undone or finished by the next one.

# carry_out PLAN: all of its values, or none.
carry_out() {
    begin "$1"
    start_guard
    find_lines "$1" 'write '
    changes=$found
    write_values "$changes"
    look_at_values "$1"
    # Some values have others as their bounds: once more, now that those are in place.
    [ -z "$wrong" ] || {
        write_values "$changes"
        look_at_values "$1"
    }
    [ -z "$wrong" ] || abort 74 "APPLY-VERIFY: $(explain "$wrong"); every value is as before"
    await_confirmation
    verify_applied "$dir/ledger.new"
    trap '' TERM INT
    step mv "$dir/pending" "$dir/committing" || abort 73 "cannot rename in $dir; every value is as before"
}

# begin PLAN: from here on the host can be brought back.
begin() {
    keep_lines "$1" write before
    journal="verb $verb${newline}boot $boot_id$newline$(guard_lines)$newline$found"
    set -- "$dir/pending.new"
    [ ! -e "$dir/ledger.new" ] || set -- "$@" "$staged" "$dir/ledger.new" "$dir/agent.new"
    step put "$dir/pending.new" "$journal" && flush "$@" && step mv "$dir/pending.new" "$dir/pending" ||
        abort 73 "cannot write $dir: $(why_not_writable "$STATE"); nothing was changed"
}

flush() { sync "$@" 2>/dev/null || sync; }

# Writes each "KEY VALUE" line.
write_values() {
    while read -r key value; do
        [ -z "$key" ] || step write_value "$key" "$value"
    done <<-END
		$1
	END
}

# Reads what the plan or ledger lines wrote and keep: sets "live", and "wrong" to a line for each key that differs, or is
# beyond its bound.
look_at_values() {
    values=$(
        awk "$BOUNDS$LIVE"'
        function rest() { return substr($0, length($1) + length($2) + 3) }
        $1 ~ /^(write|set|bound|foreign)$/ && !seen[$2]++ && is_live($2) { print "live", $2, live[$2] }
        $1 == "write" || $1 == "set" { want[$2] = rest() }
        $1 == "bound" { bound[$2] = rest() }
        function problem(key, op) {
            if (!(key in bound)) return live[key] == want[key] ? "" : " instead of " want[key]
            op = substr(bound[key], 1, 2)
            return meets(live[key], bound[key]) ? "" : (op == ">=" ? ", less than at least " : ", more than at most ") substr(bound[key], 4)
        }
        END { for (key in want) if (problem(key) != "") print "wrong", key " is " live[key] problem(key) }' <<-END
			$1
		END
    ) || values='wrong awk could not read the values back' # so they are not as wanted
    keep_lines "$values" live
    live=$found
    find_lines "$values" 'wrong '
    wrong=$found
    [ -z "$wrong" ] || wrong=$(lines "$wrong" | sort)
}

read_back() {
    look_at_values "$1"
    [ -z "$wrong" ] || lines "$wrong"
}

explain() {
    lines "$1" | while read -r key said; do
        printf '%s %s (%s); ' "$key" "$said" "$(refusal "$key")"
    done | sed 's/; $//'
}

# Puts back every value that the journal knows and that differs, last change first.
undo_values() {
    write_values "$(recorded "$1" before | awk '{ line[NR] = $0 } END { for (i = NR; i; i--) print line[i] }')"
    read_back "$(recorded "$1" before | sed 's/^/set /')"
}

# Whatever the journal is still called: where /var became read-only it cannot be renamed first.
undo_journals() {
    for journal in "$dir/pending" "$dir/guarded" "$dir/committing"; do
        [ ! -e "$journal" ] || undo_values "$journal"
    done
}

discard() {
    place_modules "$(cat "$dir/ledger" 2>/dev/null)"
    placed=$?
    # A folder without a ledger stays while something of it is left in /etc: the next run discards that.
    step rm -f "$staged" "$dir/ledger.new" "$dir/agent.new" "$dir/pending.new" "$dir/pending" "$dir/guarded" \
        "$dir/committing" "$dir/guard" && [ "$placed" = 0 ] || return
    [ -e "$dir/ledger" ] || step rm -rf "$dir"
}

# Undoes this run and ends it.
abort() {
    trap '' TERM INT
    left=$(undo_journals)
    # The journal stays: nothing else knows what the values were.
    [ -z "$left" ] || die 80 "${2%; every value is as before}; NOT EVERYTHING COULD BE PUT BACK: $(joined "$left"); \
the next run tries again"
    discard
    die "$@"
}

# After the values, the files. A failure here is a failure of the run: see uncommit.
commit_apply() {
    if [ -e "$dir/ledger.new" ]; then
        note "$dir/ledger.new"
        place_modules "$noted" || return
    else note "$dir/ledger"; fi
    place_drop_in || return
    [ ! -e "$dir/agent.new" ] || step mv -f "$dir/agent.new" "$dir/agent" || return
    [ ! -e "$dir/ledger.new" ] || step mv -f "$dir/ledger.new" "$dir/ledger" || return
    flush "$drop_in" "$dir/ledger" "$DROP_INS" "$dir"
    find_lines "$noted" 'former '
    remove_formers "$found" || return
    step rm -f "$dir/committing" "$dir/guard"
}

# A former name's drop-in takes the new text first and then the new name, so that a boot at any time finds one file, whole:
# beside the new one it would give dropped keys their former values.
place_drop_in() {
    find_former_drop_in
    [ ! -e "$staged" ] || step mv -f "$staged" "${former_file:-$drop_in}" || return
    [ -z "$former_file" ] || step mv -f "$former_file" "$drop_in"
}

commit_restore() {
    place_modules '' || return
    step rm -f "$drop_in" || return
    flush "$DROP_INS"
    step rm -rf "$dir"
}

# The drop-in could not follow the values: they go back. Once it has, only the next run can finish.
uncommit() {
    can_go_back "$verb" ||
        die 73 "cannot write $dir; values and drop-in are as wanted, and the next run finishes the rest"
    step mv "$dir/committing" "$dir/pending"
    abort 73 "cannot replace or remove ${former_file:-$drop_in} or $modules_file (immutable?); every value is as before"
}

# Finishes or undoes what a killed run of this name left.
recover() {
    [ -d "$dir" ] || return 0
    for journal in "$dir/committing" "$dir/guarded" "$dir/pending" ''; do
        [ ! -e "$journal" ] || break
    done
    did=$(journaled verb)
    case ${journal##*/}:$(is_of_this_boot) in
    # After a reboot the files have decided.
    committing:*) if can_go_back "$did" && { [ -z "$(is_of_this_boot)" ] || has_gone_back; }; then
        discard
    else "commit_$did" || unfinished; fi ;;
    pending:yes | guarded:yes)
        tell_changed_since
        left=$(undo_values "$journal")
        [ -z "$left" ] || die 80 "an earlier run for '$name' was cut off and cannot be undone: $(joined "$left")"
        discard
        ;;
    *) discard ;;
    esac
}

# The rename of the drop-in, or its removal, decides.
can_go_back() { if [ "$1" = restore ]; then [ -e "$drop_in" ]; else [ -e "$staged" ]; fi; }

# Values went back, but the journal could not be renamed for it.
has_gone_back() { [ -z "$(read_back "$(recorded "$journal" before | sed 's/^/set /')")" ]; }

# A value that is neither as before the killed run nor as it wanted was changed by hand.
tell_changed_since() {
    by_hand=$(lines "$(sed -n 's/^before/set/p' "$journal")$newline$(recorded "$journal" before | live_values)
$(grep '^write ' "$journal")" | awk '
        function rest() { return substr($0, length($1) + length($2) + 3) }
        { value[$1, $2] = rest() }
        $1 == "write" && value["live", $2] != value["set", $2] && value["live", $2] != rest() {
            printf "%s was %s, and is %s again; ", $2, value["live", $2], value["set", $2]
        }')
    [ -z "$by_hand" ] || say "had been changed by somebody else since a run for '$name' was cut off, and has its value from before that \
run again: ${by_hand%; }"
}

unfinished() { die 73 "an earlier run for '$name' was cut off and cannot be finished: $DROP_INS or $dir cannot be written"; }

journaled() { [ -z "$journal" ] || recorded "$journal" "$1"; }

is_of_this_boot() { [ "$(journaled boot)" != "$boot_id" ] || echo yes; }
