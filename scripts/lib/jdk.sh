# shellcheck shell=bash
# Finds a JDK that is new enough, wherever this machine keeps its JDKs.

readonly jdk_least=25

# The major version of the JDK at $1, or nothing if there is none. Every JDK since 9 has a `release` file: reading it
# takes no time, where starting the JVM to ask takes a tenth of a second for each candidate.
jdk_major() {
  local home=$1 version=''
  [[ -x $home/bin/java && -x $home/bin/javac ]] || return 0
  if [[ -r $home/release ]]; then
    version=$(sed -n 's/^JAVA_VERSION="\([0-9][0-9]*\).*/\1/p' "$home/release")
  else
    version=$("$home/bin/java" -version 2>&1 | sed -n '1s/.*"\([0-9][0-9]*\).*/\1/p') || true
  fi
  printf '%s' "$version"
}

# Candidates, one a line, the user's own choice first. SENTINEL_JDK_PLACES: the one folder of JDKs to look in instead.
jdk_candidates() {
  local path
  [[ -z ${JAVA_HOME-} ]] || printf '%s\n' "$JAVA_HOME"
  if path=$(command -v java 2>/dev/null); then
    path=$(readlink -f -- "$path") || path=''
    [[ $path != */bin/java ]] || printf '%s\n' "${path%/bin/java}"
  fi
  local -a places=("${SENTINEL_JDK_PLACES-}"/*)
  if [[ -z ${SENTINEL_JDK_PLACES-} ]]; then
    places=(/usr/lib/jvm/* /usr/java/* /opt/java/* /opt/*jdk* /opt/*/jdk* "${SDKMAN_DIR:-${HOME-}/.sdkman}"/candidates/java/*
      "${HOME-}"/.jdks/* "${HOME-}"/.asdf/installs/java/* "${HOME-}"/.local/share/mise/installs/java/*)
  fi
  for path in "${places[@]}"; do
    [[ ! -d $path ]] || printf '%s\n' "$path"
  done
}

# Prints the JAVA_HOME of a JDK 25 or newer; fails without a word if there is none.
find_jdk25() {
  local home major
  while IFS= read -r home; do
    major=$(jdk_major "$home")
    if [[ -n $major ]] && ((major >= jdk_least)); then
      printf '%s\n' "$home"
      return 0
    fi
  done < <(jdk_candidates)
  return 1
}

# find_jdk25, or the end with what to do.
require_jdk25() {
  find_jdk25 || fail "$exit_no_jdk" "no JDK $jdk_least or newer on this machine (a JRE is not enough: it builds, too)." \
    "Looked at: JAVA_HOME, java on PATH, /usr/lib/jvm, /opt, SDKMAN, asdf, mise, ~/.jdks." \
    "Get one:   Debian 13, Ubuntu 25.10:  sudo apt-get install openjdk-25-jdk-headless" \
    "           any Linux, no root:       sdk install java 25-tem    (sdkman.io)" \
    "           any Linux:                the Temurin 25 archive from adoptium.net, unpacked under ~/.jdks" \
    "If it is somewhere else, name it: JAVA_HOME=/path/to/jdk-25 $(own_name) …"
}
