verb=${1:-}
[ $# = 0 ] || shift
case $verb in
apply) apply "$@" ;;
verify) verify "$@" ;;
restore) restore "$@" ;;
observe) observe "$@" ;;
guard) guard "$@" ;;
*) die 64 "usage: sh agent apply [anew] <REQUEST, sh agent verify|restore|observe NAME (or <REQUEST)" ;;
esac
exit
