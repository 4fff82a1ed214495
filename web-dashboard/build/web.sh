#!/bin/sh
# The npm side of the Maven build: web.sh install | build | test
set -eu
cd "$(dirname "$0")/.."

needed=20.19
explain() {
  cat >&2 <<TEXT

  The dashboard needs Node.js $needed or newer with npm, and $1.
  Install it (Debian and Ubuntu: apt-get install nodejs npm; Fedora: dnf install nodejs; macOS: brew install node),
  or leave the dashboard out:   ./mvnw package -DskipWeb
  (the aggregator then serves a page that says so; its API and stream work as ever).

TEXT
  exit 1
}

command -v node >/dev/null 2>&1 || explain "no program 'node' is on the path"
command -v npm >/dev/null 2>&1 || explain "no program 'npm' is on the path"
version=$(node -p 'process.versions.node')
node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' ||
  explain "this machine has $version"

case "${1:-}" in
  install)
    # npm ci takes seconds even when nothing changed: the stamp says for which lock file node_modules was filled.
    stamp=node_modules/.installed-for
    wanted=$(cat package.json package-lock.json .npmrc | cksum; echo "$version")
    if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ]; then
      echo "node_modules is up to date"
    else
      npm ci --ignore-scripts --no-audit --no-fund
      echo "$wanted" >"$stamp"
    fi
    ;;
  build) npm run --silent build ;;
  test) npm run --silent test ;;
  *)
    echo "usage: web.sh install | build | test" >&2
    exit 2
    ;;
esac
