# shellcheck shell=bash
# sentinel up --lab: the agents stand in the sites of a lab of network namespaces (scripts/lab), the aggregator on this
# host. An agent reaches it by its own loopback, which a relay joins with the host's: the mesh's own talk crosses none of
# the lab's links, and no fault there cuts it.

readonly relay_stop_seconds=5

# The lab's folder: the clone's own for the clone's own data, so that `scripts/lab fault NAME` needs no --dir.
lab_folder() {
  if [[ -n ${SENTINEL_LAB_DIR-} ]]; then
    printf '%s' "$SENTINEL_LAB_DIR"
  elif [[ $data == "$default_data" ]]; then
    printf '%s/.sentinel-lab' "$root"
  else
    printf '%s/lab' "$data"
  fi
}

lab_command() { "$root/scripts/lab" "$1" --dir "${mesh[lab]}" "${@:2}"; }

# What a user types for it.
lab_own_command() {
  printf '%s/lab %s' "$(dirname -- "$sentinel_invoked")" "$1"
  if [[ ${mesh[lab]} != "$root/.sentinel-lab" ]]; then printf ' --dir %q' "${mesh[lab]}"; fi
}

# Makes the lab, or takes the one that is up if it has enough sites.
lab_mesh_up() {
  local -a sites=()
  ((mesh[agents] >= 2 && mesh[agents] <= 26)) ||
    fail_usage "a lab has 2 to 26 sites, so --agents must be in that range with --lab, not ${mesh[agents]}"
  if ! lab_command status >/dev/null 2>&1; then mesh[lab_made]=1; fi
  say "making the lab: ${mesh[agents]} sites"
  lab_command up --sites "${mesh[agents]}" >"$data/logs/lab.log" 2>&1 ||
    fail "$exit_failed" "the lab could not be made." "$(<"$data/logs/lab.log")"
  mapfile -t sites < <(lab_command status --json | json_leaves | sed -n 's/^\.sites\[[0-9]*\]\.name\t//p')
  ((${#sites[@]} >= mesh[agents])) || fail "$exit_failed" "the lab that is up has ${#sites[@]} sites, not ${mesh[agents]}." \
    "Start with --agents ${#sites[@]}, or first: $(lab_own_command down)"
}

# lab_fact SITE-NAME KEY: of the lab that is up.
lab_fact() {
  lab_command status --json | json_leaves |
    awk -F '\t' -v site="$1" -v key="$2" '{ split($1, path, ".") } path[3] == "name" { here = $2 == site }
      here && path[3] == key { print $2; exit }'
}

launch_relay() {
  local java name
  local -a namespaces=()
  java=${SENTINEL_JAVA-}
  if [[ -z $java ]]; then java=$(require_jdk25)/bin/java; fi
  for name in $(agent_names); do namespaces+=("$(lab_fact "$name" namespace)"); done
  launch relay "$java" --enable-native-access=ALL-UNNAMED -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx32m \
    "$root/scripts/lab.d/Relay.java" "${mesh[port]}" "$data/run/relay.pid" "${namespaces[@]}"
  wait_for_relay
}

readonly relay_seconds=20
wait_for_relay() {
  local until=$(($(tenths_now) + relay_seconds * 10))
  until grep -q '^relaying ' "$data/logs/relay.log"; do
    if ! is_running relay || (($(tenths_now) > until)); then
      log_tail relay
      fail "$exit_failed" "the relay between the lab and the aggregator did not start."
    fi
    sleep 0.1
  done
}

# What `down` takes away: the relay, and the lab if it was made for this mesh.
lab_mesh_down() {
  [[ -n ${mesh[lab]} ]] || return 0
  stop_processes "$relay_stop_seconds" relay
  if [[ -n ${mesh[lab_made]} ]]; then lab_command down >/dev/null || warn "the lab is not gone: $(lab_own_command down)"; fi
}
