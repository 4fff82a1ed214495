# shellcheck shell=bash
# lab status: what stands, whether the links are alive, which faults are in force. Everything but the state of the
# processes is read from the lab's folder, so it needs no root.

command_status() {
  local json='' links=dead
  while (($# > 0)); do
    case $1 in
      --json) json=1 ;;
      --help | -h) usage_status && exit 0 ;;
      *) fail_usage "unknown argument '$1' for status" ;;
    esac
    shift
  done
  if ! lab_load; then
    if [[ -n $json ]]; then
      printf '{"up":false,"directory":%s}\n' "$(json_string "$data")"
    else
      say "no lab is up in $data. Start one: $(own_command up)"
    fi
    exit "$exit_not_up"
  fi
  if is_running wan; then links=alive; fi
  if [[ -n $json ]]; then status_json; else status_text; fi
  [[ $links == alive ]] && network_is_whole || exit "$exit_failed"
}

# status_link I: "delay-us carried dropped" of both directions of the site's WAN link together; zeros if it is not known.
status_link() {
  local site
  site=$(site_name "$1")
  awk -v link="wan-${site#site-}" '$1 == link { carried += $3; dropped += $4; delay = $5 } END { print delay + 0, carried + 0, dropped + 0 }' \
    "$data/counters" 2>/dev/null || echo 0 0 0
}

status_text() {
  local i delay carried dropped fault
  printf '%-9s %-13s %-19s %-15s %9s %11s %9s  %s\n' SITE IPV4 IPV6 MANAGEMENT 'DELAY MS' CARRIED DROPPED NAMESPACE
  for ((i = 1; i <= lab[sites]; i++)); do
    read -r delay carried dropped < <(status_link "$i")
    printf '%-9s %-13s %-19s %-15s %9s %11s %9s  %s\n' "$(site_name "$i")" "$(site_ipv4 "$i")" "$(site_ipv6 "$i")" \
      "$(site_management "$i")" "$((delay / 1000))" "$carried" "$dropped" "$(namespace_of "$(site_name "$i")")"
  done
  printf '\nhost: %s on %s; ICMP limits of the routers: %s\n' "$(host_management)" "$(host_device)" "${lab[limits]}"
  network_is_whole || warn "parts of the network are missing; make it anew: $(own_command up)"
  if [[ $links == dead ]]; then warn "the long-distance links are dead; start them again: $(own_command up)"; fi
  for fault in "$data"/faults/*; do printf 'fault in force: %s (%s)\n' "${fault##*/}" "$(cat -- "$fault")"; done
}

status_json() {
  local i delay carried dropped fault comma=''
  local -a words
  printf '{"up":true,"directory":%s,"prefix":"%s","limits":"%s","links":"%s","host":{"address":"%s","device":"%s"},"sites":[' \
    "$(json_string "$data")" "${lab[prefix]}" "${lab[limits]}" "$links" "$(host_management)" "$(host_device)"
  for ((i = 1; i <= lab[sites]; i++)); do
    read -r delay carried dropped < <(status_link "$i")
    printf '%s{"name":"%s","namespace":"%s","ipv4":"%s","ipv6":"%s","management":"%s","delayMicros":%d,"carried":%d,"dropped":%d}' \
      "$comma" "$(site_name "$i")" "$(namespace_of "$(site_name "$i")")" "$(site_ipv4 "$i")" "$(site_ipv6 "$i")" \
      "$(site_management "$i")" "$delay" "$carried" "$dropped"
    comma=,
  done
  printf '],"faults":['
  comma=''
  for fault in "$data"/faults/*; do
    read -ra words <"$fault" || true
    printf '%s{"name":"%s"' "$comma" "${fault##*/}"
    for i in "${words[@]}"; do printf ',"%s":"%s"' "${i%%=*}" "${i#*=}"; done
    printf '}'
    comma=,
  done
  printf ']}\n'
}
