# apply [anew]: anew by a resource that the program's state did not have before.
apply() {
    anew=${1:-}
    read_request
    need_root
    read_wanted
    case $newline$wanted in
    "$newline" | *"${newline}bad "*)
        die 65 "nothing was changed, since the request is no list of 'key = value':$newline$(select_lines "$wanted" bad)"
        ;;
    esac
    take_lock
    ! is_waiting || confirming=yes
    meet_family
    [ -z "$confirming" ] || {
        confirm
        return
    }
    ! is_overruled || {
        receipt 0
        return
    }
    check_owners
    warn_of_lost_ledger
    load_modules
    settle_wanted
    make_plan "$wanted"
    check_plan
    check_boot
    if in_step; then
        verify_applied "$dir/ledger"
        remove_formers "$formers"
        receipt 0
        return
    fi
    ! has_line "$options" 'probe=' || die 67 "not everything is as wanted yet; nothing was changed, since it was only asked"
    stage
    tell_changed
    # shellcheck disable=SC2034 # for the guard
    ! has_line "$plan" 'write ' || guard_seconds=$(option guard)
    carry_out "$plan"
    commit_apply || uncommit
    count_lines "$changes"
    receipt "$many"
}

# User data is applied at every boot: while it stays the same, what was applied otherwise since is newer.
is_overruled() {
    has_line "$options" 'by=user-data' && [ "$(recorded "$dir/ledger" userData 2>/dev/null)" = "$hash" ] &&
        [ "$(recorded "$dir/ledger" by)" != user-data ]
}

# What user data applied last.
user_data_line() {
    if has_line "$options" 'by=user-data'; then lines "userData $hash"; else
        keep_lines "$past" userData
        [ -z "$found" ] || lines "$found"
    fi
}

# Two owners of one key would undo each other for ever.
check_owners() {
    own_ledger=$dir/ledger
    [ ! -e "$own_ledger" ] || [ "$(recorded "$own_ledger" owner)" = "$owner" ] ||
        die 78 "NAME-TAKEN: the name '$name' is taken on this host by another resource; nothing was changed. Names are project-stack-name \
with '-' for what a file name cannot have: rename this one"
    wanted_keys=''
    list_folders
    for other in $folders; do
        case " $name $formers " in *" $other "*) continue ;; esac
        : "${wanted_keys:=$(lines "$wanted" | cut -d' ' -f2)}"
        # One that waits for its confirmation has its keys already.
        both=$(cat "$STATE/$other/ledger" "$STATE/$other/ledger.new" 2>/dev/null | sed -n 's/^set //p' | cut -d' ' -f1 | grep -Fx "$wanted_keys" | tr '\n' ' ')
        [ -z "$both" ] || die 78 "KEY-OWNED: ${both% } already belongs to '$other' on this host; nothing was changed. \
Destroy that one first; if it is this resource under its former name, give it an alias with that name; \
if its stack is gone: sh $STATE/$other/agent restore $other"
    done
}

warn_of_lost_ledger() {
    [ -n "$newest" ] || [ ! -e "$drop_in" ] ||
        say "$drop_in was there without its ledger: restore will give back the values of now, which it had set itself"
}

check_plan() {
    check_missing
    check_writable
    check_congestion
    check_memory
    check_computed
}

check_missing() {
    has_line "$plan" 'missing ' || return 0
    missing=$(select_lines "$plan" missing | cut -d' ' -f1 | tr '\n' ' ')
    die 66 "KEY-MISSING: ${missing% } not on this host (kernel $kernel, or not in this network \
namespace)$(module_hint "$missing"); nothing was changed. Leave it out, or name it in 'optional' to skip it where it is missing"
}

check_writable() {
    find_lines "$plan" 'write '
    while read -r key _; do
        [ -z "$key" ] || can_write "$key" || die 69 "KEY-READ-ONLY: $key cannot be written here (/proc/sys is read-only, \
as in a container, or the key belongs to the host's own network namespace); nothing was changed. Tune the host instead; \
with 'optional' a key of the host's own namespace is skipped here"
    done <<-END
		$found
	END
}

# Writing would tell as well, but only after other values have changed. A missing one may come with its module, where the
# host's own kernel may load that.
check_congestion() {
    has_line "$plan" 'write net.ipv4.tcp_congestion_control ' || return 0
    control=$(lines "$plan" | awk '$1 == "write" && $2 == "net.ipv4.tcp_congestion_control" { print $3 }')
    if is_first_namespace; then
        offered=$(cat /proc/sys/net/ipv4/tcp_available_congestion_control)
        ! may_be_loaded "tcp_$control" || return 0
    else
        offered=$(cat /proc/sys/net/ipv4/tcp_allowed_congestion_control)
    fi
    case " $offered " in *" $control "*) return ;; esac
    die 74 "$(refusal net.ipv4.tcp_congestion_control); $control is not among them; nothing was changed"
}

# tcp_mem counts pages: a value meant as bytes switches the limit off.
check_memory() {
    has_line "$plan" 'set net.ipv4.tcp_mem ' || return 0
    pages=$(lines "$plan" | awk '$1 == "set" && $2 == "net.ipv4.tcp_mem" { print $5 }')
    page_kb=$(($(page_bytes) / 1024))
    ram_kb=$(($(memory_bytes) / 1024))
    awk "BEGIN { exit !($pages * $page_kb >= $ram_kb) }" || return 0
    die 74 "MEM-PAGES: net.ipv4.tcp_mem allows $pages pages of $page_kb KiB, as much as this host's $ram_kb KiB \
of memory: the unit is pages, not bytes; nothing was changed"
}

# What the host computes the program could not judge: kept within the key's bounds, and a triple ascending.
check_computed() {
    has_line "$wanted" 'computed ' || return 0
    wrong=$(lines "$(option range)$newline$wanted" | awk -v set=" $(lines "$plan" | awk '$1 == "set" { print $2 }' | tr '\n' ' ')" '
        NF == 1 { split($0, part, ":"); least[part[1]] = part[2]; most[part[1]] = part[3] }
        $1 != "computed" || !index(set, " " $2 " ") { next }
        {
            why = ""
            for (i = 3; $i != "="; i++) {
                if ($i + 0 < least[$2] + 0 || $i + 0 > most[$2] + 0) why = "VAL-RANGE: beyond " least[$2] ".." most[$2]
                else if (i > 3 && $i + 0 < $(i - 1) + 0) why = "TRIPLE-ORDER: not ascending"
            }
            sub(/^[^ ]+ /, "")
            if (why != "") print why " on this host: " $0
        }')
    [ -z "$wrong" ] || die 74 "$(joined "$wrong"); nothing was changed. Give the fact a min or a max"
}

# The resources whose deletion restores the host, by their tokens: each that has updated the tuning since one began anew.
# A resource that was replaced by another one of the same name is deleted after that was applied, and must not undo it.
resource_lines() {
    tokens=' '
    find_lines "$options" 'resource='
    own_tokens=$found found=''
    [ -n "$anew" ] || find_lines "$past" 'resource '
    for token in $found $own_tokens; do
        case $tokens in *" $token "*) continue ;; esac
        tokens="$tokens$token "
        lines "resource $token"
    done
}

# Nothing to do: values, drop-in and ledger already say so.
in_step() {
    [ -e "$dir/ledger" ] && [ -e "$dir/agent" ] && ! has_line "$plan" 'write ' &&
        [ "$(resource_lines)" = "$(grep '^resource ' "$dir/ledger")" ] &&
        [ "$(recorded "$dir/ledger" hash) $(recorded "$dir/ledger" agent)" = "$hash $agent_hash" ] &&
        [ "$(file_hash "$drop_in")" = "$(recorded "$dir/ledger" file)" ] && modules=$(select_lines "$(module_lines)" module) &&
        [ "$modules" = "$(recorded "$dir/ledger" module)" ] && are_modules_placed && [ -z "$(computed_otherwise)" ]
}

# Facts that now come to other values than the ledger's, since memory or processors are others: "KEY VALUE = FACTS".
computed_otherwise() {
    lines "$(recorded "$dir/ledger" computed)$newline=$newline$(select_lines "$wanted" computed)" | awk '
        $0 == "=" { now = 1; next }
        !now { recorded[$0]; next }
        NF && !($0 in recorded)'
}

file_hash() { printf %.32s "$(sha256sum "$1" 2>/dev/null)"; }

# Everything that can run out of space is written before the first value changes.
stage() {
    step mkdir -p "$dir" "$DROP_INS" 2>/dev/null || die 73 "cannot create $dir; nothing was changed"
    [ ! -d "$drop_in" ] || abort 73 "$drop_in is a folder; nothing was changed"
    # Never through a link that someone left there.
    [ ! -e "$staged" ] && [ ! -h "$staged" ] || step rm -f "$staged"
    step put "$staged" "$text" 2>/dev/null
    # shellcheck disable=SC2046 # "HASH - HASH FILE"
    set -- $(
        sha256sum - "$staged" 2>/dev/null <<-END
			$text
		END
    )
    file=${1:-}
    file=${file%"${file#????????????????????????????????}"}
    [ "${1:-none}" = "${3:-}" ] ||
        abort 73 "cannot write $DROP_INS: $(why_not_writable "$DROP_INS"); nothing was changed"
    generation=$((${generation:-0} + 1))
    step put "$dir/ledger.new" "$(new_ledger)" 2>/dev/null && step save_agent 2>/dev/null &&
        noted_file='' && note "$dir/ledger.new" && has_line "$noted" 'end ledger' ||
        abort 73 "cannot write $dir: $(why_not_writable "$STATE"); nothing was changed"
}

new_ledger() {
    lines "name $name${newline}generation $generation${newline}hash $hash${newline}file $file${newline}agent $agent_hash${newline}owner $owner"
    for former in $formers; do lines "former $former"; done
    ! has_line "$options" 'by=' || lines "by $(option by)"
    user_data_line
    resource_lines
    keep_lines "$plan$newline$wanted" set original skipped foreign bound own computed
    lines "$found"
    module_lines
    circumstances
    lines 'end ledger'
}

# Kept on the host for verify, and for a person who must restore by hand. The launcher has unpacked it; an agent that was
# started from a file has not.
save_agent() {
    : "${a:=$(lines "$packed" | base64 -d | gzip -dc)}"
    put "$dir/agent.new" "$a"
}

# The report of a verified apply follows it, in a line of its own.
# Another one after each change; a lost ledger begins again with generation 1, so the time belongs to it.
receipt() {
    # What is committed is called otherwise now.
    [ "$noted_file" = "$dir/ledger.new" ] || note "$dir/ledger"
    find_lines "$noted" 'generation '
    printf '{"schema":1,"verb":"apply","generation":%s,"written":"%s","changed":%s}\n' \
        "$found" "$(stat -c %Y "$dir/ledger" 2>/dev/null)" "$1"
    [ -z "$report" ] || lines "$report"
}
