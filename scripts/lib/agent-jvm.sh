# shellcheck shell=bash
# How an agent's JVM is started, in this one place: its options, its environment, and its cache of loaded classes.
# docs/footprint.md says what each option gives. Wants $root, and say.sh and jdk.sh sourced before it.

# FFM sockets; Netty's and Hazelcast's use of Unsafe, which JDK 25 otherwise warns about on every start.
readonly -a jvm_flags=(--enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow -XX:+UseSerialGC
  # What Hazelcast asks for on every start, else in a warning of many lines.
  --add-exports=java.base/jdk.internal.ref=ALL-UNNAMED --add-opens=java.base/java.lang=ALL-UNNAMED
  --add-opens=java.base/sun.nio.ch=ALL-UNNAMED --add-opens=java.management/sun.management=ALL-UNNAMED
  --add-opens=jdk.management/com.sun.management.internal=ALL-UNNAMED)

# An agent lives long and does little. C2 costs more than it gives at such rates, and so does a second thread of anything.
readonly -a jvm_flags_agent=(-Xms12m -Xmx40m -Xmn4m -XX:SurvivorRatio=2
  -XX:MinHeapFreeRatio=5 -XX:MaxHeapFreeRatio=10 -XX:-ShrinkHeapInSteps
  -XX:+UseCompactObjectHeaders -XX:TieredStopAtLevel=1 -XX:CompileThresholdScaling=2
  -XX:TrimNativeHeapInterval=60000
  -XX:ReservedCodeCacheSize=24m -XX:MaxMetaspaceSize=128m -XX:MaxDirectMemorySize=16m -Xss512k
  # Half an agent is worse than none, which is seen and started again.
  -XX:+ExitOnOutOfMemoryError
  -XX:ActiveProcessorCount=1 -XX:-UsePerfData
  -XX:+UnlockDiagnosticVMOptions
  # Else the class cache is moved to a random address at each start, and every page of it is a copy.
  -XX:ArchiveRelocationMode=0
  # Verifying loads hundreds of classes that nothing uses, only to compare them. All there are come from our own jars.
  -XX:-BytecodeVerificationRemote
  # One event loop needs one arena, with chunks of 2^(13+3) = 64 KiB instead of 4 MiB.
  -Dio.netty.allocator.type=unpooled -Dio.netty.allocator.numDirectArenas=1 -Dio.netty.allocator.numHeapArenas=1
  -Dio.netty.allocator.maxOrder=3 -Djdk.nio.maxCachedBufferSize=65536
  # Names by the host's own rules, with what is loaded anyway; no files are served from here.
  -Dvertx.disableDnsResolver=true -Dvertx.disableFileCaching=true -Dvertx.disableFileCPResolving=true)

# glibc makes up to eight arenas a core, each of which keeps what was freed in it.
readonly -a agent_environment=(MALLOC_ARENA_MAX=1)

agent_jar() { printf '%s/mesh-agent/target/mesh-agent.jar' "$root"; }
agent_class_path() { printf '%s:%s/mesh-agent/target/lib/*' "$(agent_jar)" "$root"; }

# Whether an agent starts from the cache: SENTINEL_CLASS_CACHE=on or off, else as the caller says. It starts in half the time
# and several agents share its pages, but a lone agent has more in memory with it (docs/adr/0012).
agent_cache_wanted() { # DEFAULT
  [[ ${SENTINEL_CLASS_CACHE:-$1} == on ]]
}

# The cache of this build on this JDK with these options. Another build has another name, so that an upgrade makes its own
# and nobody reads a half of one. The JVM checks it all once more, and goes on without a cache that does not fit.
#   agent_cache_file JAVA
agent_cache_file() {
  local java=$1 key home=${1%/bin/java}
  key=$({
    printf '%s\n' "$java" "${jvm_flags[@]}" "${jvm_flags_agent[@]}"
    if [[ -r $home/release ]]; then cat -- "$home/release"; fi
    stat -L -c '%n %s %Y' -- "$java" "$(agent_jar)" "$root"/mesh-agent/target/lib/*.jar
  } 2>/dev/null | cksum)
  printf '%s/target/agent-%s.aot' "$root" "${key// /-}"
}

# agent_cache_make JAVA: makes the cache if there is none, by the rehearsal of an agent of its own: it measures itself on
# loopback for some seconds, knows nobody, and ends. One at a time; the file appears when it is whole. Fails quietly into
# the log beside it: an agent needs no cache.
readonly agent_rehearsal_seconds=12 agent_dump_seconds=120
agent_cache_make() (
  file=$(agent_cache_file "$1")
  [[ ! -e $file ]] || exit 0
  mkdir -p -- "${file%/*}"
  exec 6>>"$root/target/agent-cache.lock"
  flock -n 6 || exit 0
  [[ ! -e $file ]] || exit 0
  work=$(mktemp -d -- "$root/target/agent-cache.XXXXXXXX") || exit 0
  trap 'rm -rf -- "$work" "$root/target/agent-cache.pid"' EXIT
  # Of the session that agent_cache_make_beside begins, for agent_cache_stop; only by who has the lock.
  printf '%s' "$$" >"$root/target/agent-cache.pid"
  unset "${!SENTINEL_AGENT_@}"
  cat >"$work/agent.yaml" <<END
endpoints:
  - { name: itself, address: 127.0.0.1 }
END
  # The port of no member: 0 is not one, and a taken one only shortens the rehearsal.
  rehearsal_port=$((20000 + RANDOM % 10000))
  env "${agent_environment[@]}" "$1" "${jvm_flags[@]}" "${jvm_flags_agent[@]}" -XX:AOTCacheOutput="$work/cache" \
    -cp "$(agent_class_path)" io.sentinelmesh.agent.Main --insecure --aggregator "ws://127.0.0.1:$rehearsal_port" \
    --config "$work/agent.yaml" --data-dir "$work/agent" --name rehearsal --site rehearsal --address 127.0.0.1 \
    --member-address 127.0.0.1 --member-port "$((rehearsal_port + 1))" --seed "127.0.0.1:$((rehearsal_port + 1))" \
    --membership-mode member >"$root/target/agent-cache.log" 2>&1 </dev/null &
  rehearsal=$!
  trap 'kill -KILL "$rehearsal" 2>/dev/null; rm -rf -- "$work" "$root/target/agent-cache.pid"' EXIT
  for ((turn = 0; turn < agent_rehearsal_seconds * 2; turn++)); do
    kill -0 "$rehearsal" 2>/dev/null || break
    sleep 0.5
  done
  kill -TERM "$rehearsal" 2>/dev/null
  for ((turn = 0; turn < agent_dump_seconds * 2; turn++)); do
    kill -0 "$rehearsal" 2>/dev/null || break
    sleep 0.5
  done
  [[ -s $work/cache ]] || exit 0
  # Those of builds and JDKs that are gone.
  find "$root/target" -maxdepth 1 -name 'agent-*.aot' -delete
  mv -f -- "$work/cache" "$file"
)

# The same while an agent runs already: at the lowest priority, for it measures. As a program of its own, since it has
# nothing to do with the data directory of the command that began it. Not for a java of the user's choice, whatever it is.
agent_cache_make_beside() {
  [[ -z ${SENTINEL_JAVA-} && ! -e $(agent_cache_file "$1") ]] || return 0
  mkdir -p -- "$root/target"
  (
    cd -- "$root/target"
    # shellcheck disable=SC2016 # not for this shell
    exec setsid -- nice -n 19 bash -c 'root=$1 lib=$1/scripts/lib
      source "$lib/say.sh"; source "$lib/jdk.sh"; source "$lib/agent-jvm.sh"
      agent_cache_make "$2"' agent-cache "$root" "$1"
  ) </dev/null >/dev/null 2>&1 9>&- &
  disown "$!"
}

# Ends such a rehearsal, if one is under way: a later start makes the cache.
agent_cache_stop() {
  local file=$root/target/agent-cache.pid pid turn
  [[ -r $file ]] || return 0
  pid=$(<"$file")
  rm -f -- "$file"
  # A number that was given to another program meanwhile is not touched.
  [[ $pid =~ ^[1-9][0-9]*$ && -r /proc/$pid/cmdline ]] || return 0
  tr '\0' ' ' <"/proc/$pid/cmdline" | grep -qF -- "agent-cache $root" || return 0
  kill -TERM -- "-$pid" 2>/dev/null || return 0
  for ((turn = 0; turn < 40; turn++)); do
    kill -0 -- "-$pid" 2>/dev/null || return 0
    sleep 0.1
  done
  kill -KILL -- "-$pid" 2>/dev/null || true
  # Killed, it leaves its folder.
  rm -rf -- "$root"/target/agent-cache.????????
}
