# Stands in user data, which is small, for the parts that a first boot can do without: it runs as root, has no connection
# to lose, nobody who asks, and no listener that is older than the values; a rival is found by reading back. The next run over
# SSH or by Systems Manager brings the whole agent.
become_root() { :; }
need_root() { :; }
guard_lines() { :; }
start_guard() { :; }
await_confirmation() { :; }
is_waiting() { return 1; }
has_guard() { return 1; }
confirm() { :; }
verify_applied() { :; }
birth_line() { :; }
listeners() { :; }
rivals() { :; }
ASIDES='function print_listeners() {} function print_asides() {}'
guard() { die 64 "the agent of user data has no verb '$verb'; the one that pulumi up leaves over SSH has"; }
observe() { guard; }
