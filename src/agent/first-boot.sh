# Stands for guard.sh and observe.sh in user data, which is small: at a first boot there is no connection to lose and
# nobody who asks. The next run over SSH brings the whole agent.
guard_lines() { :; }
start_guard() { :; }
await_confirmation() { :; }
is_waiting() { return 1; }
has_guard() { return 1; }
confirm() { :; }
guard() { die 64 "the agent of user data has no verb '$verb'; the one that pulumi up leaves over SSH has"; }
observe() { guard; }
