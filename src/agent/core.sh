# The tcp-tuning host agent: one drop-in on one host, applied, verified, observed or restored as a whole.
# One line of JSON on stdout, reasons on stderr, exit 0 only for the whole truth.
# shellcheck disable=SC2317 # steps are called by name
# shellcheck disable=SC2015 # "a && b || abort": abort ends the run whichever failed
set -uf
export LC_ALL=C PATH="/usr/sbin:/usr/bin:/sbin:/bin:${PATH:-}"
umask 022
# A cut connection must not stop a transaction half-way.
trap '' HUP PIPE

STATE=/var/lib/tcp-tuning
DROP_INS=/etc/sysctl.d
newline='
'
# Words that only some runs set.
options='' confirming='' guard_seconds='' anew='' former_file='' report='' live='' boot='' noted_file=''

say() { printf 'tcp-tuning: %s\n' "$*" >&2; }

# die CODE REASON: 64 usage, 65 request damaged, 66 key missing, 67 not in step, 69 key not writable, 71 overridden at boot, 73 cannot
# write files, 74 refused by the kernel and undone, 75 waits for its confirmation, 76 verification failed, 77 not root,
# 78 owned by another, 79 busy, 80 could not be undone.
die() {
    code=$1
    shift
    say "$@"
    exit "$code"
}

# Every change to the host goes through here, so that each one can be found and tested as a place to be killed at.
step() { "$@"; }

put() { printf '%s\n' "$2" >"$1"; }

lines() { printf '%s\n' "$1"; }

# Whether a line of $1 begins with $2. Most of what is looked for is not there: that costs no process.
has_line() { case $newline$1 in *"$newline$2"*) ;; *) return 1 ;; esac }

# prefixed WORD LINES
prefixed() { [ -z "$2" ] || lines "$2" | sed "s/^/$1 /"; }

# Sets "found" to the rest of each line of $1 that begins with $2: split by the shell, without a process.
find_lines() {
    found=''
    has_line "$1" "$2" || return 0
    IFS=$newline
    for line in $1; do
        case $line in "$2"*) found=$found${found:+$newline}${line#"$2"} ;; esac
    done
    unset IFS
}

# keep_lines LINES WORD...: sets "found" to the whole lines that begin with one of the words.
keep_lines() {
    found='' all=$1
    shift
    words=" $* "
    IFS=$newline
    for line in $all; do
        case $words in *" ${line%% *} "*) found=$found${found:+$newline}$line ;; esac
    done
    unset IFS
}

# The rest of each line of $1 that begins with the word $2.
select_lines() {
    find_lines "$1" "$2 "
    [ -z "$found" ] || lines "$found"
}

# Sets "many" to how many lines $1 has.
count_lines() {
    IFS=$newline
    # shellcheck disable=SC2086 # lines are wanted
    set -- $1
    unset IFS
    many=$#
}

joined() {
    sentence=''
    IFS=$newline
    for line in $1; do sentence="$sentence${sentence:+; }$line"; done
    unset IFS
    lines "$sentence"
}

# Words of a ledger or journal: the rest of each line that starts with $2 in file $1.
recorded() { sed -n "s/^$2 //p" "$1"; }

# Sets "noted" to what is in the ledger FILE, which is read once.
note() {
    [ "$noted_file" = "$1" ] || noted=$(cat "$1")
    noted_file=$1
}

# Sets the paths that belong to NAME.
use_name() {
    case $1 in
    '' | .* | -* | *[!A-Za-z0-9._-]*) die 64 "'$1' is no usable name: letters, digits, '.', '_' and '-' only" ;;
    esac
    name=$1
    dir=$STATE/$name
    drop_in=$DROP_INS/99-tcp-tuning-$name.conf
    # Beside the drop-in, so that it can be renamed into place; without .conf no boot reads it.
    staged=$DROP_INS/.99-tcp-tuning-$name.staged
    modules_file=$MODULES_LOAD/99-tcp-tuning-$name.conf
}

# The request: "tcp-tuning 1 NAME OWNER HASH AGENT-HASH [OPTION=VALUE...]", the packed agent, the body, "=end".
read_request() {
    [ -n "${r+set}" ] || r=$(cat)
    case $r in
    'tcp-tuning 1 '*"$newline=end") ;;
    *) die 65 "the request did not arrive whole, nothing was changed; run pulumi up again" ;;
    esac
    header='' packed='' body=''
    IFS=$newline
    for line in $r; do
        if [ -z "$header" ]; then
            header=$line
        elif [ -z "$packed" ]; then
            packed=$line
        else body=$body${body:+$newline}$line; fi
    done
    unset IFS
    body=${body%=end} body=${body%"$newline"}
    # shellcheck disable=SC2086 # words are wanted
    set -- $header
    use_name "$3"
    owner=$4
    hash=$5
    agent_hash=$6
    # shellcheck disable=SC2034 # for the guard
    request="$hash $agent_hash $owner"
    shift 6
    options=''
    for each; do options=$options${options:+$newline}$each; done
    formers=''
    ! has_line "$options" 'former=' || formers=$(option former | tr '\n' ' ')
}

# The values of an option of the request, a line each.
option() {
    find_lines "$options" "$1="
    [ -z "$found" ] || lines "$found"
}

# A name on the command line stands for a request: for a person at the host.
request_or_name() {
    [ $# -gt 0 ] || {
        read_request
        return
    }
    use_name "$1"
    hash='' agent_hash='' body='' options='' formers=''
}

# What this process and its host are, in one reading.
read_facts() {
    # shellcheck disable=SC2046 # words are wanted
    set -- $(awk -v process="/proc/$$" '
        function first_line(file, line) { getline line < file; close(file); return line }
        BEGIN {
            stat = first_line(process "/stat")
            sub(/.*\) /, "", stat)
            split(stat, field, " ")
            while ((getline line < (process "/status")) > 0) if (line ~ /^Uid:/) split(line, uid)
            kernel = "/proc/sys/kernel/"
            print first_line(kernel "random/boot_id"), field[20], uid[3], first_line(kernel "osrelease"), first_line(kernel "hostname")
        }')
    # shellcheck disable=SC2034 # uid is for become
    boot_id=$1 started=$2 uid=$3 kernel=$4
    shift 4
    host_name="$*"
}
read_facts

# Why nothing can be written to the first of these folders that exists.
why_not_writable() {
    [ -d "$1" ] || shift
    if probe=$(mktemp "$1/.tcp-tuning-XXXXXX" 2>&1); then
        printf '%0512d' 0 2>/dev/null >"$probe" && reason='unknown reason' || reason='no space left'
        rm -f "$probe"
    else
        reason=${probe##*: }
    fi
    printf %s "$reason"
}
