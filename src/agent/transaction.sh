# A transaction: journal, values, read back, files. The journal is named "pending" while values are being written and
# "committing" once they have all been read back; what a killed run left is undone or finished by the next one.

# carry_out PLAN: all of its values, or none.
carry_out() {
    begin "$1"
    write_values "$(select_lines "$1" write)"
    wrong=$(read_back "$1" | sort)
    [ -z "$wrong" ] || abort 74 "APPLY-VERIFY: $(explain "$wrong"); every value is as before"
    trap '' TERM INT
    step mv "$dir/pending" "$dir/committing" || abort 73 "cannot rename in $dir; every value is as before"
}

# begin PLAN: from here on the host can be brought back.
begin() {
    journal="verb $verb${newline}boot $(boot_id)$newline$(lines "$1" | grep '^before ')"
    step put "$dir/pending.new" "$journal" && step mv "$dir/pending.new" "$dir/pending" && flush "$dir/pending" ||
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

# Compares what the plan wrote and keeps with what is live: a line for each key that differs.
read_back() {
    expected=$(lines "$1" | awk '$1 == "write" || $1 == "set"')
    keys=$(lines "$expected" | awk 'NF { print $2 }')
    lines "$expected$newline$(lines "$keys" | awk NF | live_values)" | awk '
        function rest() { return substr($0, length($1) + length($2) + 3) }
        $1 == "live" { live[$2] = rest() }
        $1 == "write" || $1 == "set" { want[$2] = rest() }
        END { for (key in want) if (live[key] != want[key]) print key " is " live[key] " instead of " want[key] }'
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

discard() { step rm -f "$staged" "$dir/ledger.new" "$dir/pending.new" "$dir/pending" "$dir/committing"; }

# Undoes this run and ends it.
abort() {
    trap '' TERM INT
    left=''
    [ ! -e "$dir/pending" ] || left=$(undo_values "$dir/pending")
    discard
    [ -e "$dir/ledger" ] || step rm -rf "$dir"
    [ -z "$left" ] || die 80 "$2; AND NOT EVERYTHING COULD BE PUT BACK: $left"
    die "$@"
}


commit_apply() {
    [ ! -e "$staged" ] || step mv -f "$staged" "$drop_in"
    [ ! -e "$dir/ledger.new" ] || step mv -f "$dir/ledger.new" "$dir/ledger"
    flush "$drop_in" "$dir/ledger" "$DROP_INS" "$dir"
    step rm -f "$dir/committing"
}

commit_restore() {
    step rm -f "$drop_in"
    flush "$DROP_INS"
    step rm -rf "$dir"
}

# Finishes or undoes what a killed run of this name left.
recover() {
    for journal in "$dir/committing" "$dir/pending"; do
        [ -e "$journal" ] && break
    done
    if [ ! -e "$journal" ]; then
        [ ! -d "$dir" ] || discard
        return
    fi
    same_boot=''
    [ "$(recorded "$journal" boot)" != "$(boot_id)" ] || same_boot=yes
    case $journal:$(recorded "$journal" verb):$same_boot in
    *committing:apply:yes) commit_apply ;;
    *committing:restore:yes) commit_restore ;;
    # After a reboot the files have decided: the rename of the drop-in, or its removal, was done or was not.
    *committing:apply:) if [ -e "$staged" ]; then discard; else commit_apply; fi ;;
    *committing:restore:) if [ -e "$drop_in" ]; then discard; else commit_restore; fi ;;
    *pending:*:yes)
        left=$(undo_values "$journal")
        [ -z "$left" ] || die 80 "an earlier run was cut off and cannot be undone: $left"
        discard
        ;;
    *) discard ;;
    esac
    [ -e "$dir/ledger" ] || [ ! -d "$dir" ] || step rm -rf "$dir"
}
