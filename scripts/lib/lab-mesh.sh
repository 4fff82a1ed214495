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

# lab_read: asks `scripts/lab status` once; lab_fact and lab_is_whole tell of the answer. A lab that is broken or gone is
# something to be told of, not an error.
lab_leaves='' lab_code=0
lab_read() {
  local said
  lab_code=0
  said=$(lab_command status --json 2>/dev/null) || lab_code=$?
  lab_leaves=$(json_leaves <<<"$said" 2>/dev/null) || lab_leaves=''
}

readonly lab_code_broken=1 lab_code_none=3 # of `scripts/lab status`
lab_is_whole() { ((lab_code == 0)); }

# lab_fact SITE-NAME KEY: of the lab that lab_read saw; nothing if it is not known.
lab_fact() {
  awk -F '\t' -v site="$1" -v key="$2" '{ split($1, path, ".") } path[3] == "name" { here = path[2] ~ /^sites/ && $2 == site }
    here && path[3] == key && !found++ { print $2 }' <<<"$lab_leaves"
}

lab_site_names() { sed -n 's/^\.sites\[[0-9]*\]\.name\t//p' <<<"$lab_leaves"; }

lab_tell_broken() {
  if ((lab_code == lab_code_none)); then
    warn "the lab that the agents stood in is gone. Start anew: $(own_command down), then $(own_command 'up --lab')"
  else
    warn "the lab is broken. What is wrong: $(lab_own_command status)"
  fi
}

# Ends this command if the lab has no place for SITE-NAME any more.
lab_require_site() {
  local namespace
  namespace=$(lab_fact "$1" namespace)
  [[ -n $namespace && -e /run/netns/$namespace ]] ||
    fail "$exit_failed" "the lab has no site $1 any more." "Start anew: $(own_command down), then $(own_command 'up --lab')"
}

# Makes the lab, or takes the one that is up if it has enough sites. Only one that is made here goes when the mesh goes.
lab_mesh_up() {
  local sites
  ((mesh[agents] >= 2 && mesh[agents] <= 26)) ||
    fail_usage "a lab has 2 to 26 sites, so --agents must be in that range with --lab, not ${mesh[agents]}"
  lab_read
  case $lab_code in
    0 | "$lab_code_broken")
      sites=$(lab_site_names | wc -l)
      ((sites >= mesh[agents])) || fail "$exit_failed" "the lab that is up has $sites sites, not ${mesh[agents]}." \
        "Start with --agents $sites, or first: $(lab_own_command down)"
      lab_refuse_second_mesh
      say "taking the lab that is up"
      lab_command up >"$data/logs/lab.log" 2>&1 || # makes whole what is broken
        fail "$exit_failed" "the lab could not be made whole." "$(<"$data/logs/lab.log")"
      ;;
    "$lab_code_none")
      say "making the lab: ${mesh[agents]} sites"
      mesh[lab_made]=1 # before it is there, lest a signal in between leave it behind
      if ! lab_command up --sites "${mesh[agents]}" >"$data/logs/lab.log" 2>&1; then
        mesh[lab_made]='' # it has removed what it made
        fail "$exit_failed" "the lab could not be made." "$(<"$data/logs/lab.log")"
      fi
      ;;
    *) fail "$exit_failed" "the lab does not say how it is." "See: $(lab_own_command status)" ;;
  esac
  printf '%s\n' "$data" >"${mesh[lab]}/mesh"
  lab_read
}

# The agents of two meshes would get in each other's way in one site.
lab_refuse_second_mesh() {
  local other
  { read -r other <"${mesh[lab]}/mesh"; } 2>/dev/null || return 0
  if mesh_stands_in "$other" "${mesh[lab]}"; then
    fail "$exit_failed" "the mesh in $other stands in this lab already." "Stop it first: $(own_name) down --data-dir $(printf '%q' "$other")"
  fi
}

launch_relay() {
  local java name
  local -a namespaces=()
  for name in $(agent_names); do
    lab_require_site "$name"
    namespaces+=("$(lab_fact "$name" namespace)")
  done
  java=${SENTINEL_JAVA-}
  if [[ -z $java ]]; then java=$(require_jdk25)/bin/java; fi
  launch relay "$java" --enable-native-access=ALL-UNNAMED -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx32m \
    "$root/scripts/lab.d/Relay.java" "${mesh[port]},$((mesh[port] + 2))" "$data/run/relay.pid" "${namespaces[@]}"
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
  local user=''
  [[ -n ${mesh[lab]} ]] || return 0
  stop_processes "$relay_stop_seconds" relay
  { read -r user <"${mesh[lab]}/mesh"; } 2>/dev/null || true
  if [[ $user == "$data" ]]; then rm -f -- "${mesh[lab]}/mesh"; fi
  if [[ -n ${mesh[lab_made]} ]]; then lab_command down >/dev/null || warn "the lab is not gone: $(lab_own_command down)"; fi
}
