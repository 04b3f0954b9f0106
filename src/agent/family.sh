# A resource that was renamed with an alias keeps its tuning: the request names its former names, and the ledger that took
# over names them as well, since the program's state may still hold the old name when the take-over was cut off.

# What a killed run of any name left must not be taken for originals: recovers it, then reads the family's ledgers.
meet_family() {
    own=$name
    list_folders
    for each in $folders; do
        use_name "$each"
        is_left_alone || recover
    done
    use_name "$own"
    read_family
    # From here on there is something to take back; before, a signal was no worse than a kill.
    trap 'abort 74 "stopped by a signal; every value is as before"' TERM INT
}

# Reads the ledgers of all names of this tuning: "known" has what they know, the newest last, "generation" is the newest's,
# "newest" its name, "past" its lines, empty when there is none. Two of them are there when a take-over was cut off.
read_family() {
    find_successors
    formers="$formers $successors"
    known='' past='' newest=''
    set --
    for relative in "$name" $formers; do
        [ ! -e "$STATE/$relative/ledger" ] || set -- "$@" "$relative"
    done
    # shellcheck disable=SC2046 # words are wanted
    [ $# -lt 2 ] || set -- $(by_age "$@")
    for newest; do
        past=$(cat "$STATE/$newest/ledger")
        keep_lines "$past" set original own
        known=$known$newline$found
    done
    find_lines "$past" 'generation '
    generation=$found
}

by_age() {
    for relative; do
        lines "$(recorded "$STATE/$relative/ledger" generation) $relative"
    done | sort -n | cut -d' ' -f2
}

# What waits for its confirmation: by this run, or a stranger's.
is_left_alone() {
    case " $own $formers " in
    *" $name "*) [ "$name$confirming" = "${own}yes" ] ;;
    *) has_guard ;;
    esac
}

# Sets "folders" to all names that have a folder on this host.
list_folders() {
    folders=''
    set +f
    for each in "$STATE"/*; do
        case ${each##*/} in [.-]* | *[!A-Za-z0-9._-]*) continue ;; esac
        [ ! -d "$each" ] || [ -h "$each" ] || folders="$folders ${each##*/}"
    done
    set -f
}

# Sets "successors" to the names that took over from this one.
find_successors() {
    successors=''
    set --
    list_folders
    for each in $folders; do
        [ ! -e "$STATE/$each/ledger" ] || set -- "$@" "$STATE/$each/ledger"
    done
    holders=''
    [ $# = 0 ] || holders=$(grep -lFx "former $name" "$@")
    for each in $holders; do
        each=${each%/ledger}
        successors="$successors ${each##*/}"
    done
}

# Sets "former_file" to the drop-in that the new ledger's take-over finds under a former name; to nothing where there is none.
find_former_drop_in() {
    former_file=''
    [ -e "$dir/ledger.new" ] || return 0
    find_lines "$noted" 'former '
    for former in $found; do
        former=$DROP_INS/99-tcp-tuning-$former.conf
        [ "$former" = "$drop_in" ] || [ ! -f "$former" ] || former_file=$former
    done
}

# remove_formers NAMES: the family's other names leave nothing behind.
remove_formers() {
    for former in $1; do
        [ "$former" != "$name" ] && [ -d "$STATE/$former" ] || continue
        step rm -f "$DROP_INS/99-tcp-tuning-$former.conf" "$MODULES_LOAD/99-tcp-tuning-$former.conf" &&
            step rm -rf "${STATE:?}/$former" || return
    done
}
