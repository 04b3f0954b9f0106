# The login user may be another one than root. The launcher is the same for both, since it stays in the state when nothing
# else does: so it is the agent that becomes root, and hands over what came on stdin.

need_root() {
    become_root
    [ "$uid" = 0 ] ||
        die 77 "this needs root, and the login user is $(id -un): set become: true (sudo) or connect as root"
}

# With the option "become=SECONDS", for at most as long: the timeout of a user cannot end what is root's.
become_root() {
    find_lines "$options" become=
    seconds=$found
    [ -n "$seconds" ] && [ "$uid" != 0 ] || return 0
    command -v sudo >/dev/null || die 77 "become: true needs sudo, and this host has none: install it, or connect as root"
    password=$(option becomePassword | base64 -d)
    needed="sudo without a password for $(id -un), or becomePassword"
    set -- -n
    if [ -n "$password" ]; then
        try_password
        needed="a sudo that lets $(id -un) run any command as root"
        # With -k always the same: sudo takes the first line, also where it would remember the password.
        set -- -k -S -p ''
    fi
    # A verification leaves the agent out of its request where one is on the host.
    case $(lines "$r" | sed -n 2p) in
    tcp-tuning:*) start=". $dir/agent" ;;
    *) start="a=\$(printf '%s\\n' \"\$r\"|sed -n 2p|base64 -d|gzip -dc);eval \"\$a\"" ;;
    esac
    # Where sudo needs no password, its line is still there. One that refuses reads nothing: that is told below, not by printf.
    # shellcheck disable=SC2086 # a word, or none
    hand_over 2>/dev/null | sudo "$@" timeout "$seconds" sh -c "r=\$(sed -n '/^tcp-tuning 1 /,\$p');$start" tcp-tuning "$verb" $anew
    code=$?
    [ "$code" != 1 ] || die 77 "become: true needs $needed"
    # The second is busybox's.
    case $code in 124 | 143) say "$verb was ended after $seconds s; run pulumi up again" ;; esac
    exit "$code"
}

# The password for sudo, which root's part is not to have, and the request.
hand_over() {
    if [ -z "$password" ]; then
        lines "$r"
    else
        lines "$password"
        lines "$r" | sed '1s/ becomePassword=[^ ]*//'
    fi
}

# One try, and then the end of sudo's input: with the request behind it, a wrong password would be followed by two more, made
# of the request's first lines, and such tries lock accounts.
try_password() {
    refusal=$(lines "$password" 2>/dev/null | sudo -k -S -p '' true 2>&1) && return
    case $refusal in
    *incorrect* | *'no password was provided'* | *uthentication\ fail*)
        die 77 "becomePassword is not what sudo takes from $(id -un), who may also be locked out"
        ;;
    *) die 77 "sudo does not let $(id -un) become root: $(lines "$refusal" | sed -n '$p')" ;;
    esac
}
