# shellcheck shell=bash
# The members of a mesh of this host: their names, addresses and command lines. All of it follows from DATA/run/mesh,
# so a member is started again exactly as `up` started it.


# An agent's JVM options are in agent-jvm.sh.
# A JVM would begin with a heap of a 64th of the memory, which is much where that is large. A mesh of a million pairs needs some 100 MB of it
# for good; the aggregator itself asks for the collections after which the rest goes back to the host.
# Messages for browsers lie outside the heap: what is unsent (128 MiB), Netty's own, and what the collector has not come to.
readonly -a jvm_flags_aggregator=(-Xms64m -Xmx384m -Xmn80m -XX:MinHeapFreeRatio=10 -XX:MaxHeapFreeRatio=25 -XX:-ShrinkHeapInSteps
  -XX:+UseCompactObjectHeaders -XX:TrimNativeHeapInterval=60000 -XX:MaxDirectMemorySize=384m)
readonly -a jvm_flags_simulate=(-Xmx384m -Xss512k -Dvertx.disableDnsResolver=true -Dvertx.disableFileCaching=true
  -Dvertx.disableFileCPResolving=true)

# 1 → site-a, 26 → site-z, 27 → site-aa
agent_name() {
  local i=$1 letters='' digit
  while ((i > 0)); do
    digit=$(((i - 1) % 26))
    printf -v letters '%b%s' "\\x$(printf '%x' "$((97 + digit))")" "$letters"
    i=$(((i - 1) / 26))
  done
  printf 'site-%s' "$letters"
}

# 1 → 127.0.0.11, 201 → 127.0.1.11: all of 127/8 is loopback, and .1 to .10 stay free for other programs.
agent_address() { printf '127.0.%d.%d' "$((($1 - 1) / 200))" "$((11 + ($1 - 1) % 200))"; }

# Where an agent is: on loopback, or in its site of the lab; nothing if the lab does not know it.
member_address() {
  if [[ -n ${mesh[lab]} ]]; then lab_fact "$1" ipv4; else agent_address "$(agent_index "$1")"; fi
}

agent_names() {
  local i
  for ((i = 1; i <= mesh[agents]; i++)); do
    agent_name "$i"
    echo
  done
}

# The relay is one only where there is a lab.
member_names() {
  echo aggregator
  if [[ -n ${mesh[lab]} ]]; then echo relay; fi
  agent_names
}

# Its number among the agents; fails for a name that is not in this mesh.
agent_index() {
  local i
  for ((i = 1; i <= mesh[agents]; i++)); do
    if [[ $(agent_name "$i") == "$1" ]]; then
      printf '%s' "$i"
      return
    fi
  done
  return 1
}

require_member() {
  [[ $1 == aggregator || ($1 == relay && -n ${mesh[lab]}) ]] || agent_index "$1" >/dev/null ||
    fail_usage "this mesh has no member '$1'" "It has: $(member_names | paste -sd ' ')"
}

# program_command agent|aggregator|probe|reflector|config|simulate: sets `program` to the start of its command line.
program=() program_java=''
program_command() {
  local java module class archive
  local -a flags prefix=()
  java=${SENTINEL_JAVA-}
  if [[ -z $java ]]; then java=$(require_jdk25)/bin/java; fi
  case $1 in
    agent) module=mesh-agent class=io.sentinelmesh.agent.Main flags=("${jvm_flags_agent[@]}")
      prefix=(env "${agent_environment[@]}") ;;
    probe) module=mesh-agent class=io.sentinelmesh.agent.probecommand.ProbeMain
      flags=("${jvm_flags_agent[@]}" -Dsentinel.logging=commands) ;;
    reflector) module=mesh-agent class=io.sentinelmesh.agent.reflectorcommand.ReflectorMain
      flags=("${jvm_flags_agent[@]}" -Dsentinel.logging=commands) ;;
    config) module=mesh-agent class=io.sentinelmesh.agent.configcommand.ConfigMain
      flags=("${jvm_flags_agent[@]}" -Dsentinel.logging=commands) ;;
    simulate) module=mesh-agent class=io.sentinelmesh.agent.simulate.SimulateMain
      flags=("${jvm_flags_simulate[@]}" -Dsentinel.logging=commands) ;;
    aggregator) module=aggregator class=io.sentinelmesh.aggregator.Main flags=("${jvm_flags_aggregator[@]}") ;;
  esac
  # A class path has no way to write a colon inside a name.
  [[ $root != *:* ]] || fail "$exit_failed" "$root has a colon in its name, which Java cannot load classes from." \
    "Move the clone to a directory without one."
  # Loaded and verified classes of an earlier run: halves the time and the CPU of a start. The JVM itself sees whether they
  # fit JVM, flags and jars, says so in its log if not, and does without.
  if [[ $1 == agent ]]; then
    archive=$(agent_cache_file "$java")
    if [[ -f $archive ]] && agent_cache_wanted "${agents_share-off}"; then flags+=(-XX:AOTCache="$archive"); fi
  else
    archive=$(class_archive "$1")
    if [[ -n ${launch_class_archive-} || -f $archive ]]; then flags+=(-XX:SharedArchiveFile="$archive" '-Xlog:cds*=off,aot*=off'); fi
  fi
  program=("${prefix[@]}" "$java" "${jvm_flags[@]}" "${flags[@]}" -cp "$root/$module/target/$module.jar:$root/$module/target/lib/*" "$class")
  program_java=$java
}

class_archive() { printf '%s/target/sentinel-%s.jsa' "$root" "$1"; }

launch_aggregator() {
  launch_class_archive=$(class_archive aggregator)
  program_command aggregator
  local -a arguments=(--data-dir "$data/aggregator" --listen "${mesh[listen]}" --port "${mesh[port]}"
    --member-address 127.0.0.1 --member-port "$((mesh[port] + 1))")
  [[ -z ${mesh[tls_cert]} ]] || arguments+=(--tls-cert "${mesh[tls_cert]}" --tls-key "${mesh[tls_key]}")
  [[ -z ${mesh[insecure]} ]] || arguments+=(--insecure)
  mkdir -p -- "$data/aggregator"
  # By the environment: it may hold a password, and command lines can be read by everybody on this machine.
  if [[ -n ${mesh[db_url]} ]]; then launch_environment=(SENTINEL_AGGREGATOR_DB_URL="${mesh[db_url]}"); fi
  launch aggregator "${program[@]}" "${arguments[@]}"
  launch_environment=()
}

# Agents come in by the door, the port two after the page's, always with certificates; only with --insecure at the page.
agents_url() {
  if [[ -n ${mesh[insecure]} ]]; then
    printf '%s' "${mesh[url]/#http/ws}"
  else
    printf 'https://%s:%s' "${mesh[reach]%:*}" "$((mesh[port] + 2))"
  fi
}

# Whether NAME has no certificate that it could renew by itself: it never joined, was away for long, or has joined the mesh
# of an authority that is gone.
agent_needs_token() {
  local identity=$data/agents/$1/identity
  [[ -s $identity && ! $identity -ot $data/aggregator/ca && -z $(find "$identity" -mtime +"$agent_days_away") ]]  && return 1
  return 0
}
readonly agent_days_away=60 # 90 without a certificate in force are forgiven

# launch_agent NAME: joins, if it has not yet, and runs.
launch_agent() {
  local name=$1 address member_address=127.0.0.1 token=''
  if [[ -n ${mesh[lab]} ]]; then lab_require_site "$name"; fi
  address=$(member_address "$name")
  if [[ -n ${mesh[lab]} ]]; then
    # Its membership has nobody to talk to there: it hears of the others from the aggregator, as behind a firewall.
    launch_place=(ip netns exec "$(lab_fact "$name" namespace)")
  else
    member_address=$address
  fi
  launch_class_archive=''
  local agents_share=on # the pages of one cache
  program_command agent
  # Probes come from the agent's own address, too, so that a firewall rule can tell every directed pair apart.
  local -a arguments=(--data-dir "$data/agents/$name" --name "$name" --site "$name"
    --address "$address" --source-address "$address" --member-address "$member_address"
    --member-port "$((mesh[port] + 1))" --seed "127.0.0.1:$((mesh[port] + 1))")
  if [[ -n ${mesh[insecure]} ]]; then
    arguments+=(--insecure --aggregator "$(agents_url)" --token-file "$data/aggregator/api-token")
  else
    arguments=(join "$(agents_url)" --wrapping-key-file "$data/agent-keys/$name.key" "${arguments[@]}")
    if agent_needs_token "$name"; then
      token=$(join_token "$name")
      # By the environment, which only this user can read; command lines can be read by everybody on this machine.
      launch_environment=(SENTINEL_AGENT_TOKEN="$token")
    fi
  fi
  # What this agent is to decide itself, whatever the mesh's settings say (docs/configuration.md).
  [[ ! -f $data/agents/$name.settings.yaml ]] || arguments+=(--settings "$data/agents/$name.settings.yaml")
  mkdir -p -- "$data/agents/$name"
  launch "$name" "${program[@]}" "${arguments[@]}"
  launch_place=() launch_environment=()
  # For the next start: this one has begun without.
  if agent_cache_wanted on; then agent_cache_make_beside "$program_java"; fi
}

# join_token SITE [USES]: prints a join token for one agent of it, or for so many, good for as long as a start may take.
readonly token_seconds=1800
join_token() {
  local answer token=''
  answer=$(api_request - POST /api/v1/join-tokens \
    "{\"site\":$(json_string "$1"),\"uses\":${2-1},\"expiresInSeconds\":$token_seconds}" 2>/dev/null) || answer=''
  if [[ $answer == *201 ]]; then token=$(json_value .token <<<"${answer%201}"); fi
  [[ -n $token ]] || fail "$exit_failed" "the aggregator gives no join token for agent $1, which has not joined yet." \
    "Is it up? See: $(own_command status)"
  printf '%s' "$token"
}

# sentinel agent … / aggregator … / probe … / reflector …: one program in the foreground, its arguments as they are.
command_foreground() {
  local which=$1
  shift
  build_if_needed
  program_command "$which"
  if [[ $which == agent ]] && agent_cache_wanted off; then agent_cache_make_beside "$program_java"; fi
  exec "${program[@]}" "$@"
}
