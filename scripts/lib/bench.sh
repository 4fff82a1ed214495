# shellcheck shell=bash
# What the benchmarks share: their build, network namespaces of their own, and that nothing of them is left behind. Wants
# $root, and say.sh and jdk.sh sourced before it. A benchmark calls bench_begin first; it sets the traps.

bench_work='' bench_namespaces=()
# Whose test classes bench_build builds, then the modules it is made of.
bench_modules=(probes wire-format)

# bench_begin: refuses to go on without root and ip(8), makes the scratch folder $bench_work, and cleans up at the end.
bench_begin() {
  PATH=$PATH:/usr/sbin:/sbin # ip and tcpdump live there, and not every user's PATH says so
  ((EUID == 0)) || fail "$exit_failed" "making a network namespace needs root." "Run it with sudo."
  need_command ip "for the network namespace" iproute2
  bench_scratch "${TMPDIR:-/tmp}"
}

# bench_scratch FOLDER: the scratch folder $bench_work in it, and what cleans up at the end. Needs no root.
bench_scratch() {
  bench_work=$(mktemp -d -p "$1" sentinel-bench.XXXXXXXX)
  trap bench_clean_up EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
}

# Whatever runs in one of our namespaces, works in our folder, or is a job of this shell was started by us. A benchmark that has
# something of its own to end defines bench_end, which is called before the folder goes.
bench_clean_up() {
  local code=$? namespace
  trap - EXIT
  trap '' INT TERM
  set +e # one step that fails must not keep the next from being done
  bench_end_jobs
  if declare -F bench_end >/dev/null; then bench_end; fi
  if [[ -n $bench_work ]]; then bench_end_workers; fi
  for namespace in "${bench_namespaces[@]}"; do bench_empty "$namespace"; done
  for namespace in "${bench_namespaces[@]}"; do ip netns del "$namespace" 2>/dev/null || true; done
  if [[ -n $bench_work ]]; then rm -rf -- "$bench_work"; fi
  exit "$code"
}

# A job in the background does not hear Ctrl-C, and would go on without us: asked to end, by force after bench_patience seconds.
readonly bench_patience=5
bench_end_jobs() {
  local pid turn
  local -a pids
  mapfile -t pids < <(jobs -p)
  ((${#pids[@]} > 0)) || return 0
  kill -TERM "${pids[@]}" 2>/dev/null
  for ((turn = 0; turn < bench_patience * 10; turn++)); do
    [[ -n $(jobs -pr) ]] || break
    sleep 0.1
  done
  for pid in $(jobs -pr); do kill -KILL "$pid" 2>/dev/null; done
  wait "${pids[@]}" 2>/dev/null
}

# Those whose working directory is in the scratch folder, as a database server's are, which ends by itself a moment after its owner.
bench_workers() {
  find /proc/[0-9]*/cwd -maxdepth 0 \( -lname "$bench_work" -o -lname "$bench_work/*" \) 2>/dev/null | sed 's,^/proc/,,; s,/cwd$,,'
}

bench_end_workers() {
  local turn
  local -a pids
  for ((turn = 0; turn < bench_patience * 4; turn++)); do
    mapfile -t pids < <(bench_workers)
    ((${#pids[@]} > 0)) || return 0
    sleep 0.25
  done
  kill -KILL "${pids[@]}" 2>/dev/null
  sleep 0.5
}

# bench_empty NAMESPACE: ends its processes, by force after a second.
bench_empty() {
  local signal=TERM turn
  local -a pids
  for ((turn = 0; turn < 20; turn++)); do
    mapfile -t pids < <(ip netns pids "$1" 2>/dev/null)
    ((${#pids[@]} > 0)) || return 0
    if ((turn == 10)); then signal=KILL; fi
    if ((turn % 10 == 0)); then kill -"$signal" "${pids[@]}" 2>/dev/null || true; fi
    sleep 0.1
  done
}

# bench_namespace VARIABLE [LABEL]: makes a namespace with loopback up and datagram ICMP sockets open to everybody, and
# puts its name into VARIABLE.
bench_namespace() {
  local -n made=$1
  made=sentinel-bench-$$${2+-$2}
  bench_namespaces+=("$made") # before it is there: a signal may come in between
  ip netns add "$made"
  ip -n "$made" link set lo up
  # shellcheck disable=SC2016 # not for this shell
  ip netns exec "$made" sh -c 'echo "0 2147483647" >/proc/sys/net/ipv4/ping_group_range'
}

# bench_link NAMESPACE DEVICE ADDRESS/PREFIX NAMESPACE DEVICE ADDRESS/PREFIX: a veth pair between two namespaces.
bench_link() {
  ip -n "$1" link add "$2" type veth peer name "$5" netns "$4"
  ip -n "$1" address add "$3" dev "$2"
  ip -n "$4" address add "$6" dev "$5"
  ip -n "$1" link set "$2" up
  ip -n "$4" link set "$5" up
}

# bench_run NAMESPACE COMMAND...: runs it there and waits. In the background, since bash hears a signal only between two
# commands of the foreground.
bench_run() {
  ip netns exec "$@" <&0 &
  wait "$!"
}

# bench_java NAMESPACE CLASS ARGUMENT...: runs a class of probes' tests there, as bench_run does. Wants bench_build before.
bench_java() {
  local namespace=$1
  shift
  bench_run "$namespace" "$bench_java_home/bin/java" -XX:+UseSerialGC -Xmx64m --enable-native-access=ALL-UNNAMED \
    -cp "$bench_class_path" "$@"
}

# bench_build: classes and class path, made anew only when a source of $bench_modules is newer; sets bench_java_home and
# bench_class_path. The stamp carries the moment at which the build began, so that an edit made meanwhile counts as newer.
bench_build() {
  local -a sources=("$root/pom.xml")
  local module folder stamp log class_path_file
  for module in "${bench_modules[@]}"; do sources+=("$root/$module"/{pom.xml,src}); done
  module=${bench_modules[0]}
  folder=$root/$module/target
  stamp=$folder/bench.stamp
  log=$folder/bench-build.log
  class_path_file=$folder/bench.classpath
  bench_java_home=$(require_jdk25)
  mkdir -p -- "$folder"
  if [[ ! -f $class_path_file || ! -f $stamp ||
    -n $(find "${sources[@]}" -newer "$stamp" -print -quit) ]]; then
    say "building $module"
    : >"$stamp.new"
    JAVA_HOME=$bench_java_home "$root/mvnw" -B -ntp -f "$root/pom.xml" -pl "$module" -am test-compile \
      dependency:build-classpath -Dmdep.includeScope=test -Dmdep.outputFile=target/bench.classpath \
      -Dspotless.check.skip=true >"$log" 2>&1 </dev/null ||
      fail "$exit_failed" "the build failed." "Its log: $log" "$(grep -m 3 -F '[ERROR]' "$log" || true)"
    mv -f -- "$stamp.new" "$stamp"
  fi
  bench_class_path=$folder/classes:$folder/test-classes:$(<"$class_path_file")
}

# bench_jars: replaces the class folders in $bench_class_path by jars in the scratch folder. Wants bench_build before.
bench_jars() {
  local entry jar
  local -a entries with_jars=()
  IFS=: read -r -a entries <<<"$bench_class_path"
  for entry in "${entries[@]}"; do
    if [[ -d $entry ]]; then
      jar=$bench_work/classes-${#with_jars[@]}.jar
      "$bench_java_home/bin/jar" --create --no-manifest --file "$jar" -C "$entry" .
      entry=$jar
    fi
    with_jars+=("$entry")
  done
  printf -v bench_class_path '%s:' "${with_jars[@]}"
  bench_class_path=${bench_class_path%:}
}

# bench_count OPTION VALUE: VALUE must be a number from 1 to 999; puts it into the variable named as the option is.
bench_count() {
  [[ ${2-} =~ ^[1-9][0-9]{0,2}$ ]] || fail_usage "$1 wants a number from 1 to 999"
  printf -v "${1#--}" '%s' "$2"
}
