# shellcheck shell=bash
# Builds the jars when they are missing or older than what they are made of, and shows how far it is.

readonly build_stamp=$root/target/sentinel-build.stamp build_log=$root/target/sentinel-build.log
readonly node_least=20.19 # what the dashboard's bundler asks for
# Measured on 2 cores; the first one also fetches about 250 MB of libraries, at whatever speed the network has.
readonly build_first_estimate='about 2 minutes, longer on a slow network' build_again_estimate='about half a minute'

# Maven runs for seconds and leaves compiling to another process: optimising it costs more than it gives (a quarter of
# the CPU of a small build).
readonly maven_quick='-XX:TieredStopAtLevel=1 -XX:+UseSerialGC'

build_wants_web() { [[ ${SENTINEL_SKIP_WEB-} != 1 && -f $root/web-dashboard/package.json ]]; }

build_jars_exist() {
  [[ -f $root/aggregator/target/aggregator.jar && -f $root/mesh-agent/target/mesh-agent.jar &&
    -d $root/aggregator/target/lib && -d $root/mesh-agent/target/lib ]]
}

# True if there is nothing to do. The stamp carries the moment the last good build *began*, so an edit made meanwhile
# counts as newer, and says whether the dashboard is inside.
build_is_current() {
  build_jars_exist && [[ -f $build_stamp ]] || return 1
  if build_wants_web && [[ $(cat -- "$build_stamp") != web ]]; then return 1; fi
  [[ -z $(build_newer_sources) ]]
}

# The first source newer than the stamp. Directories count too: a deleted file changes its directory.
build_newer_sources() {
  local module
  local -a places=("$root/pom.xml")
  for module in wire-format probes trust membership db mesh-agent aggregator web-dashboard; do
    [[ ! -f $root/$module/pom.xml ]] || places+=("$root/$module/pom.xml")
    [[ ! -d $root/$module/src/main ]] || places+=("$root/$module/src/main")
  done
  if build_wants_web; then
    for module in src public index.html package.json package-lock.json; do
      [[ ! -e $root/web-dashboard/$module ]] || places+=("$root/web-dashboard/$module")
    done
  fi
  find "${places[@]}" -newer "$build_stamp" -print -quit
}

require_node() {
  local found=''
  build_wants_web || return 0
  if command -v node >/dev/null 2>&1 && command -v npm >/dev/null 2>&1; then
    found=$(node --version 2>/dev/null) || true
    if [[ $(printf '%s\n' "$node_least" "${found#v}" | sort -V | head -n 1) == "$node_least" ]]; then return 0; fi
  fi
  fail "$exit_failed" "the dashboard is built with Node.js $node_least or newer and npm; found ${found:-none}." \
    "Install it (Debian 13, Ubuntu 25.04: sudo apt-get install nodejs npm; or nodejs.org)," \
    "or build without the dashboard: SENTINEL_SKIP_WEB=1 $(own_name) up"
}

build_if_needed() {
  local java_home
  if [[ ${SENTINEL_SKIP_BUILD-} == 1 ]]; then return 0; fi
  if build_is_current; then return 0; fi
  java_home=$(require_jdk25)
  require_node
  need_command flock "so that two builds do not get in each other's way" util-linux
  mkdir -p -- "$root/target"
  exec 8>"$root/target/sentinel-build.lock"
  if ! flock -n 8; then
    say "waiting for a build that is running already"
    flock -w 900 8 || fail "$exit_failed" "a build of this clone has been running for 15 minutes." "Its log: $build_log"
  fi
  if ! build_is_current; then build_run "$java_home"; fi
  exec 8>&-
}

build_pid=''
build_run() {
  local java_home=$1 began estimate=$build_again_estimate what=build code=0
  if ! build_jars_exist; then
    estimate=$build_first_estimate
    what='first build'
  fi
  say "building Sentinel Mesh ($what, $estimate; log: $build_log)"
  began=$(tenths_now)
  : >"$build_stamp.new"
  # Tests, and the checks that belong to `scripts/test`, have their own command.
  local -a maven=("$root/mvnw" -B -ntp -f "$root/pom.xml" package -Dmaven.test.skip=true -Dspotless.check.skip=true)
  if build_wants_web; then echo web >"$build_stamp.new"; else maven+=(-DskipWeb); fi
  JAVA_HOME=$java_home MAVEN_OPTS=${MAVEN_OPTS-$maven_quick} setsid -- "${maven[@]}" >"$build_log" 2>&1 </dev/null 8>&- 9>&- &
  build_pid=$!
  build_follow "$began"
  wait "$build_pid" || code=$?
  build_pid=''
  if ((code != 0)); then
    rm -f -- "$build_stamp.new"
    grep -E '^\[(ERROR|WARNING)\]|^mvnw:' "$build_log" | tail -n 25 | sed 's/^/  | /' >&2 || true
    fail "$exit_failed" "the build failed after $(tenths_text "$(($(tenths_now) - began))")." "The whole log: $build_log"
  fi
  mv -f -- "$build_stamp.new" "$build_stamp"
  build_jars_exist || fail "$exit_failed" "the build went through, but left no aggregator.jar or mesh-agent.jar." "Log: $build_log"
  say_done "built in $(tenths_text "$(($(tenths_now) - began))")"
}

# A line for each module as Maven comes to it, with the time so far.
build_follow() {
  local began=$1 shown=0 number total module
  while [[ -n $(process_started "$build_pid") ]]; do
    while read -r number total module; do
      if ((number > shown)); then
        shown=$number
        say "$(printf '  %6s  %s of %s: %s' "$(tenths_text "$(($(tenths_now) - began))")" "$number" "$total" "$module")"
      fi
    done < <(sed -n 's/^\[INFO\] Building \(.*[^ ]\)  *[^ ]*  *\[\([0-9]*\)\/\([0-9]*\)\]$/\2 \3 \1/p' "$build_log")
    sleep 0.3
  done
}

# Ends a build that is under way, with all it started: it has a process group of its own.
build_abort() {
  [[ -n $build_pid ]] || return 0
  kill -TERM -- "-$build_pid" 2>/dev/null || true
  build_pid=''
  rm -f -- "$build_stamp.new"
}
