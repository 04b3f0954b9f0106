# For awk, since sh's read takes single bytes, and /proc/sys answers only the first.
LIVE='
    # Whether KEY can be read: then its value is in live[KEY], blanks folded.
    function is_live(key, file, value) {
        if (key in live) return 1
        file = key
        gsub(/[.]/, "\001", file); gsub("/", ".", file); gsub("\001", "/", file)
        file = "/proc/sys/" file
        if ((getline value < file) < 0) return 0
        close(file)
        gsub(/[ \t]+/, " ", value); sub(/^ /, "", value); sub(/ $/, "", value)
        live[key] = value ""
        return 1
    }
'

# The live value of each key named first on a line of stdin: "live KEY VALUE"; unreadable keys are left out.
live_values() { awk "$LIVE"'NF && !seen[$1]++ && is_live($1) { print "live", $1, live[$1] }'; }

# Sets key_file: an answer on stdout would cost a process for each key.
find_key() {
    case $1 in
    */*) key_file=/proc/sys/$(lines "$1" | tr ./ /.) ;;
    *)
        key_file=/proc/sys segments=$1.
        while [ -n "$segments" ]; do
            key_file=$key_file/${segments%%.*}
            segments=${segments#*.}
        done
        ;;
    esac
}

# Opening tells; test -w does not, under every shell. Nothing is written.
can_write() {
    find_key "$1"
    { true >>"$key_file"; } 2>/dev/null
}

# Only the first network namespace has this key; in others, as in containers, some are missing or cannot be written.
is_first_namespace() { [ -e /proc/sys/net/ipv4/tcp_mem ]; }

# Of the keys named first on a line of stdin, those that another network namespace owns: "foreign KEY". The kernel takes
# the right to write away from their files; a /proc/sys that is read-only as a whole does not.
foreign_keys() {
    while read -r key _; do
        find_key "$key"
        is_first_namespace || case $(ls -ld "$key_file" 2>/dev/null) in -r--r--r--*) lines "foreign $key" ;; esac
    done
}

# The exit code of a write is only a hint: reading back decides.
write_value() {
    find_key "$1"
    { lines "$2" >"$key_file"; } 2>/dev/null
}

# Why a key that is there does not take a value.
refusal() {
    case $1 in
    net.ipv4.tcp_congestion_control)
        cd /proc/sys/net/ipv4 && printf 'CC: this host has %s; a container may only use %s' \
            "$(cat tcp_available_congestion_control)" "$(cat tcp_allowed_congestion_control)"
        ;;
    *) printf 'kernel %s refused it' "$kernel" ;;
    esac
}
