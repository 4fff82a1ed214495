# shellcheck shell=bash
# Each rule that the build is said to hold is broken once, in a copy of the tree, and the build must fail with the
# message that belongs to it. A guard that nobody ever saw bark is not one.

guard_tree='' guard_passed=0 guard_failed=0

run_guards() {
  guard_tree=$scratch/guards
  guard_copy
  local measurement=wire-format/src/main/java/io/sentinelmesh/measurement

  guard_holds "the untouched copy builds" "" -pl wire-format test "-Dtest=$(guard_border_test)" spotless:check

  # One compilation for three: each of these messages is an error of its own.
  guard_broken "null returned, null passed, a finding of Error Prone" \
    '^\[ERROR\].*\[NullAway\] returning @Nullable|^\[ERROR\].*\[NullAway\] passing @Nullable|^\[ERROR\].*\[DeadException\]' \
    -pl wire-format compile <<END
$measurement/Broken.java
package io.sentinelmesh.measurement;

final class Broken {
    private Broken() {
    }

    static String absent() {
        return null;
    }

    static int length(String text) {
        return text.length();
    }

    static int ofNothing() {
        return length(null);
    }

    static void refuse() {
        new IllegalArgumentException("never thrown");
    }
}
END
  guard_broken "a switch that forgets a probe outcome" 'does not cover all possible input values' -pl wire-format compile <<END
$measurement/Broken.java
package io.sentinelmesh.measurement;

final class Broken {
    private Broken() {
    }

    static boolean answered(ProbeOutcome outcome) {
        return switch (outcome) {
            case ProbeOutcome.Answered _ -> true;
            case ProbeOutcome.Lost _ -> false;
        };
    }
}
END
  guard_broken "a warning of the compiler" '\[rawtypes\]' -pl wire-format compile <<END
$measurement/Broken.java
package io.sentinelmesh.measurement;

final class Broken {
    private Broken() {
    }

    static int size(java.util.List list) {
        return list.size();
    }
}
END
  guard_broken "a class that reaches across a border" 'was violated' -pl wire-format test \
    "-Dtest=$(guard_border_test)" <<END
$measurement/Broken.java
package io.sentinelmesh.measurement;

import io.sentinelmesh.wire.WireFormatException;

final class Broken {
    private Broken() {
    }

    static Class<?> borrowed() {
        return WireFormatException.class;
    }
}
END
  guard_broken "a file out of format" 'format violations' -pl wire-format spotless:check <<END
$measurement/Broken.java
package io.sentinelmesh.measurement;
final class Broken { private Broken() {} }
END
  guard_dependency

  report_count "$guard_passed" "$guard_failed" 0 guards
  ((guard_failed == 0))
}

# The test that holds wire-format's package borders.
guard_border_test() {
  local file
  file=$(grep -rl --include='*.java' archunit wire-format/src/test | head -n 1) || true
  [[ -n $file ]] || fail "$exit_failed" "wire-format has no ArchUnit test to hold its borders"
  basename -- "$file" .java
}

# Tracked and new files as they are now, without anything that is built.
guard_copy() {
  mkdir -p -- "$guard_tree"
  git ls-files -z --cached --others --exclude-standard |
    while IFS= read -r -d '' file; do if [[ -f $file ]]; then printf '%s\0' "$file"; fi; done |
    tar --null --files-from=- -cf - | tar -xf - -C "$guard_tree"
}

# guard_run LOG MAVEN-ARGUMENT...: offline, since the real build has fetched everything just before.
guard_run() {
  local log=$1
  shift
  (cd -- "$guard_tree" && MAVEN_OPTS=${MAVEN_OPTS-$maven_quick} ./mvnw -o -B -ntp -DskipWeb "$@") >"$log" 2>&1 </dev/null
}

guard_holds() {
  local what=$1 log=$report_folder/guard-untouched.log began
  shift 2
  began=$(tenths_now)
  if guard_run "$log" "$@"; then
    guard_says_passed "$what" "$began"
  else
    guard_says_failed "$what: it does not" "$log"
  fi
}

# guard_broken WHAT MESSAGES MAVEN-ARGUMENT...: standard input is a path, then the file to put there. MESSAGES are
# patterns with | between them; the log must have every one.
guard_broken() {
  local what=$1 path
  IFS= read -r path
  cat >"$guard_tree/$path"
  guard_expect "$@"
  rm -f -- "$guard_tree/$path"
}

guard_expect() {
  local what=$1 log began message missing=''
  local -a messages
  IFS='|' read -ra messages <<<"$2"
  shift 2
  log=$report_folder/guard-${what//[ ,]/-}.log
  began=$(tenths_now)
  if guard_run "$log" "$@"; then
    guard_says_failed "$what: the build went through" "$log"
    return
  fi
  for message in "${messages[@]}"; do grep -q -- "$message" "$log" || missing+=" $message"; done
  if [[ -z $missing ]]; then
    guard_says_passed "$what: refused" "$began"
  else
    guard_says_failed "$what: the build failed, but did not say:$missing" "$log"
  fi
}

guard_dependency() {
  local pom=$guard_tree/wire-format/pom.xml
  cp -- "$pom" "$pom.before"
  sed -i '0,/<dependencies>/s//<dependencies><dependency><groupId>com.zaxxer<\/groupId><artifactId>HikariCP<\/artifactId><\/dependency>/' "$pom"
  guard_expect "a dependency that the module may not have" 'This module may not depend on that' -pl wire-format validate
  mv -f -- "$pom.before" "$pom"
}

guard_says_passed() {
  guard_passed=$((guard_passed + 1))
  report_time "$(($(tenths_now) - $2))" "guard: $1"
  say_done "$1 ($(tenths_text "$(($(tenths_now) - $2))"))"
}

guard_says_failed() {
  guard_failed=$((guard_failed + 1))
  warn "$1"
  tail -n 20 -- "$2" | sed 's/^/  | /' >&2
}
