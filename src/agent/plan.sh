# make_plan WANTED-LINES: sets "plan" to what leads there from what the ledgers know and what is live:
#   missing KEY         a wanted key that this host does not have
#   write KEY VALUE     a live value to change
#   before KEY VALUE    what it was
#   byHand TEXT         that it was not what the ledger had set
#   set KEY VALUE       what the new ledger says
#   original KEY VALUE  what restore gives back
#   skipped KEY VALUE   an optional key that this host does not have
#   foreign KEY VALUE   an optional key that only another network namespace can change
make_plan() {
    find_lines "$1" 'wish '
    foreign=''
    [ -z "$found" ] || foreign=$(lines "$found" | foreign_keys)
    plan=$(
        awk "$LIVE"'
        function rest() { return substr($0, length($1) + length($2) + 3) }
        !NF { next }
        $1 == "foreign" { foreign[$2]; next }
        $1 == "original" { original[$2] = rest(); next }
        $1 == "set" { old[$2] = rest(); next }
        $1 ~ /^(bound|own|computed)$/ { next }
        { op[$2] = $1; want[$2] = rest(); order[++n] = $2 }
        function change(key, value) {
            if (live[key] == value) return
            print "write", key, value
            print "before", key, live[key]
            if (key in old && live[key] != old[key]) print "byHand", key " was " live[key] " instead of " old[key] ", and becomes " value
        }
        END {
            for (i = 1; i <= n; i++) {
                key = order[i]
                if (!is_live(key)) { print (op[key] == "wish" ? "skipped" : "missing"), key, want[key]; continue }
                if (op[key] == "wish" && key in foreign && live[key] != want[key]) { print "foreign", key, want[key]; continue }
                change(key, want[key])
                print "set", key, want[key]
                print "original", key, (key in original ? original[key] : live[key])
            }
            for (key in old) if (!(key in want) && is_live(key)) change(key, original[key])
        }' <<-END
			$1
			$known
			$foreign
		END
    )
}
