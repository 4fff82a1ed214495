# shellcheck shell=bash
# lab up, down, exec.

readonly wan_ready_seconds=30 wan_stop_seconds=5
up_unfinished=''

command_up() {
  local sites='' delay_list='' limits=''
  while (($# > 0)); do
    case $1 in
      --sites=* | --delays=*) set -- "${1%%=*}" "${1#*=}" "${@:2}" && continue ;;
      --sites | --delays)
        (($# > 1)) || fail_usage "$1 needs a value"
        if [[ $1 == --sites ]]; then sites=$2; else delay_list=$2; fi
        shift
        ;;
      --default-limits) limits=default ;;
      --help | -h) usage_up && exit 0 ;;
      *) fail_usage "unknown option '$1' for up" ;;
    esac
    shift
  done
  up_check_settings
  require_root
  [[ -c /dev/net/tun ]] || fail "$exit_failed" "there is no /dev/net/tun, which the long-distance links need." \
    "Load it: modprobe tun   In a container: --device /dev/net/tun --cap-add NET_ADMIN --cap-add SYS_ADMIN"
  lab_lock
  lab_up "$sites" "$delay_list" "$limits"
  lab_unlock
  up_tell
}

up_check_settings() {
  local delay
  [[ -z $sites || ($sites =~ ^[1-9][0-9]?$ && $sites -ge 2 && $sites -le sites_most) ]] ||
    fail_usage "--sites must be a whole number from 2 to $sites_most, not '$sites'"
  if [[ -n $delay_list ]]; then
    for delay in ${delay_list//,/ }; do
      [[ $delay =~ ^(0|[1-9][0-9]{0,3})$ ]] || fail_usage "--delays are whole milliseconds from 0 to 9999, as in 3,12,25; not '$delay'"
    done
  fi
}

# lab_up SITES DELAYS LIMITS, each empty for the usual; the lock is held. A lab that is whole stays as it is, one that
# is not is made whole.
lab_up() {
  local wanted_sites=$1 wanted_delays=$2 wanted_limits=$3
  trap 'exit 130' INT
  trap 'exit 143' TERM
  trap 'exit 129' HUP
  trap up_abort EXIT
  if lab_load; then
    up_refuse_other
    if network_is_whole; then
      if is_running wan; then
        say "the lab is up already"
        trap - EXIT
        return
      fi
      warn "the long-distance links were dead; starting them again"
      up_links
      trap - EXIT
      return
    fi
    refuse_while_mesh
    warn "parts of the lab are missing; making it anew, without faults"
    lab_remove_parts
  fi
  up_new
  trap - EXIT
}

up_refuse_other() {
  if [[ (-n $wanted_sites && $wanted_sites != "${lab[sites]}") ||
    (-n $wanted_delays && $(up_delays "${lab[sites]}" "$wanted_delays") != "${lab[delays]}") ||
    (-n $wanted_limits && $wanted_limits != "${lab[limits]}") ]]; then
    fail "$exit_failed" "a lab is up in $data already, with other settings: ${lab[sites]} sites, delays ${lab[delays]// /,} ms." \
      "Take it down first: $(own_command down)" "or make a second one:  $(own_command up) --dir DIR"
  fi
  wanted_sites=${lab[sites]}
  wanted_delays=${lab[delays]// /,}
  wanted_limits=${lab[limits]}
}

up_new() {
  local device
  lab[prefix]=$(own_prefix)
  lab[sites]=${wanted_sites:-3}
  lab[delays]=$(up_delays "${lab[sites]}" "$wanted_delays")
  lab[limits]=${wanted_limits:-none}
  device=$(host_device)
  if [[ -n $(namespaces_present) || -e /sys/class/net/$device ]]; then
    fail "$exit_failed" "names that this lab would use are taken: $(namespaces_present | head -n 3 | paste -sd ' ') …" \
      "Left over, if the folder $data was deleted while its lab was up." "Remove them: $(own_command down)"
  fi
  network_choose_management
  lab_prepare
  up_unfinished=1
  lab_save
  network_make
  up_links
  up_unfinished=''
}

# up_delays SITES LIST: one for each site; a short list is repeated.
up_delays() {
  local i
  local -a given=("${usual_delays_ms[@]}") all=()
  if [[ -n $2 ]]; then read -ra given <<<"${2//,/ }"; fi
  for ((i = 0; i < $1; i++)); do all+=("${given[$((i % ${#given[@]}))]}"); done
  printf '%s' "${all[*]}"
}

up_links() {
  local java until
  java=$(require_jdk25)/bin/java
  mkdir -p -- "$data/run" "$data/logs" "$data/faults"
  [[ -s $data/links ]] || network_links
  rm -f -- "$data/counters"
  # Distance does not depend on how busy this machine is, so its program goes first.
  launch wan nice -n -15 "$java" --enable-native-access=ALL-UNNAMED -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx24m -Xshare:auto \
    "$root/scripts/lab.d/WanLink.java" "$data/links" "$data/counters" "$data/run/wan.pid"
  until=$(($(tenths_now) + wan_ready_seconds * 10))
  until grep -qx ready "$data/logs/wan.log"; do
    if ! is_running wan || (($(tenths_now) > until)); then
      log_tail wan
      fail "$exit_failed" "the long-distance links did not start."
    fi
    sleep 0.1
  done
}

# At every end of `up` that is not a success: takes away what was made half.
up_abort() {
  local code=$?
  trap - EXIT
  trap '' INT HUP TERM
  set +e # one step that fails must not keep the next from being done
  if [[ -n $up_unfinished ]]; then
    say "removing what was made of the lab"
    lab_remove
  fi
  exit "$code"
}

network_is_whole() {
  local node
  [[ -e /sys/class/net/$(host_device) ]] || return 1
  for node in $(node_names); do [[ -e /run/netns/$(namespace_of "$node") ]] || return 1; done
}

up_tell() {
  local i delay
  local -a delays
  read -ra delays <<<"${lab[delays]}"
  say
  for ((i = 1; i <= lab[sites]; i++)); do
    delay=${delays[$((i - 1))]}
    say "  $(site_name "$i")  $(site_ipv4 "$i")  $(site_ipv6 "$i")  $delay ms from the core"
  done
  say
  say "  $(own_command 'exec site-a') -- ping 10.2.0.10"
  say "  $(own_command faults)      then: fault NAME, fault NAME --clear"
  say "  $(own_command 'run all')"
  say "  $(own_command down)"
}

lab_remove_parts() {
  # The forwarder first: it holds the TUN devices.
  if [[ -d $data/run ]]; then stop_processes "$wan_stop_seconds" wan; fi
  network_remove
  rm -rf -- "$data/run" "$data/logs" "$data/faults" "$data/links" "$data/links.new" "$data/counters" "$data/counters.new" \
    "$data/lab.new"
}

lab_remove() {
  lab_remove_parts
  rm -f -- "$data/lab" "$data/mesh"
  if [[ -d $data ]]; then
    rmdir -- "$data" 2>/dev/null || warn "other files stay in $data: $(find "$data" -mindepth 1 -maxdepth 1 -printf '%f ')"
  fi
}

command_down() {
  case ${1-} in --help | -h) usage_down && exit 0 ;; esac
  (($# == 0)) || fail_usage "unknown argument '$1' for down"
  require_root
  lab_lock
  if ! lab_load; then
    lab[prefix]=$(own_prefix)
    if [[ -d $data ]] && ! lab_is_ours && [[ -n $(ls -A -- "$data") ]]; then
      fail "$exit_failed" "$data is not the folder of a lab; nothing was touched."
    fi
    if [[ ! -d $data && -z $(namespaces_present) && ! -e /sys/class/net/$(host_device) ]]; then
      say "no lab is up in $data"
      return 0
    fi
  fi
  refuse_while_mesh
  trap '' INT HUP TERM # it is bounded, and half of it is worse than none
  lab_remove
  say_done "the lab is gone"
}

command_exec() {
  case ${1-} in --help | -h) usage_exec && exit 0 ;; esac
  local node=${1-}
  [[ -n $node && $node != -* ]] || fail_usage "exec needs a site, or another node, and a command"
  shift
  if [[ ${1-} == -- ]]; then shift; fi
  require_root
  require_lab
  grep -qxF -- "$node" < <(node_names) || fail_usage "this lab has no node '$node'" "It has: $(node_names | paste -sd ' ')"
  (($# > 0)) || fail_usage "exec needs a command to run in $node"
  exec ip netns exec "$(namespace_of "$node")" "$@"
}
