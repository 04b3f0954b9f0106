# The login user may be another one than root. The launcher is the same for both, since it stays in the state when nothing
# else does: so it is the agent that becomes root, and hands over what came on stdin.

need_root() {
    become_root
    [ "$(id -u)" = 0 ] ||
        die 77 "this needs root, and the login user is $(id -un): set become: true (sudo) or connect as root"
}

# With the option "become=SECONDS", for at most as long: the timeout of a user cannot end what is root's.
become_root() {
    seconds=$(option become)
    [ -n "$seconds" ] && [ "$(id -u)" != 0 ] || return 0
    # A verification leaves the agent out of its request where one is on the host.
    case $(lines "$r" | sed -n 2p) in
    tcp-tuning:*) start=". $dir/agent" ;;
    *) start="eval \"\$(printf '%s\\n' \"\$r\"|sed -n 2p|base64 -d|gzip -dc)\"" ;;
    esac
    # shellcheck disable=SC2086 # a word, or none
    lines "$r" | sudo -n timeout "$seconds" sh -c "r=\$(cat);$start" tcp-tuning "$verb" $anew
    code=$?
    [ "$code" != 1 ] || die 77 "become: true needs sudo without a password for $(id -un)"
    # The second is busybox's.
    case $code in 124 | 143) say "$verb was ended after $seconds s; run pulumi up again" ;; esac
    exit "$code"
}
