# The live value of each key named first on a line of stdin: "live KEY VALUE", blanks folded; unreadable keys are left out.
# awk, since sh's read takes single bytes, and /proc/sys answers only the first.
live_values() {
    awk '!seen[$1]++ {
        path = $1
        gsub(/[.]/, "\001", path); gsub("/", ".", path); gsub("\001", "/", path)
        file = "/proc/sys/" path
        value = ""
        found = getline value < file
        if (found < 0) next
        close(file)
        gsub(/[ \t]+/, " ", value); sub(/^ /, "", value); sub(/ $/, "", value)
        print "live", $1, value
    }'
}

key_file() {
    case $1 in
    */*) printf '/proc/sys/%s' "$(printf %s "$1" | tr ./ /.)" ;;
    *)
        file=/proc/sys
        rest=$1.
        while [ -n "$rest" ]; do
            file=$file/${rest%%.*}
            rest=${rest#*.}
        done
        printf %s "$file"
        ;;
    esac
}

# Opening tells; test -w does not, under every shell. Nothing is written.
can_write() { { true >>"$(key_file "$1")"; } 2>/dev/null; }

# Only the first network namespace has this key; in others, as in containers, some are missing or cannot be written.
is_first_namespace() { [ -e /proc/sys/net/ipv4/tcp_mem ]; }

# Of the keys named first on a line of stdin, those that another network namespace owns: "foreign KEY". The kernel takes
# the right to write away from their files; a /proc/sys that is read-only as a whole does not.
foreign_keys() {
    while read -r key _; do
        is_first_namespace || case $(ls -ld "$(key_file "$key")" 2>/dev/null) in -r--r--r--*) lines "foreign $key" ;; esac
    done
}

# The exit code of a write is only a hint: reading back decides.
write_value() { { printf '%s\n' "$2" >"$(key_file "$1")"; } 2>/dev/null; }

kernel() { uname -r; }

# Why a key that is there does not take a value.
refusal() {
    case $1 in
    net.ipv4.tcp_congestion_control)
        cd /proc/sys/net/ipv4 && printf 'CC: this host has %s; a container may only use %s' \
            "$(cat tcp_available_congestion_control)" "$(cat tcp_allowed_congestion_control)"
        ;;
    *) printf 'kernel %s refused it' "$(kernel)" ;;
    esac
}
