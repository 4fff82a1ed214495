#!/bin/bash
# Unpacks a real TimescaleDB (Apache edition, on PostgreSQL 17) from Debian trixie's packages into the cache and prints
# the folder that then holds bin/initdb, bin/pg_ctl and bin/postgres. Changes nothing else on the machine, needs no root,
# and does nothing the second time. Packages come from the mirror that this machine's apt already uses and are checked
# against Debian's archive keys. For tests only.
set -euo pipefail

cache="${SENTINEL_CACHE:-$HOME/.cache/sentinel-mesh}"
folder="$cache/timescaledb-trixie-1"
keys=/usr/share/keyrings/debian-archive-keyring.gpg

# The server, the extension, and every library they link to: they run with trixie's own libc, not this machine's.
packages=(
  postgresql-17 postgresql-17-timescaledb postgresql-client-17 tzdata
  libc6 libgcc-s1 libstdc++6 libpq5 libssl3t64 libicu76 libxml2 liblzma5 liblz4-1 libzstd1 zlib1g libnuma1 libuuid1
  libldap2 libsasl2-2 libgssapi-krb5-2 libkrb5-3 libk5crypto3 libkrb5support0 libcom-err2 libkeyutils1
  libpam0g libaudit1 libcap-ng0 libsystemd0 libcap2 libselinux1 libpcre2-8-0 libgcrypt20 libgpg-error0 libxxhash0
)

fail() {
  echo "timescaledb.sh: $*" >&2
  exit 1
}

if [ -x "$folder/bin/postgres" ]; then
  echo "$folder"
  exit 0
fi

command -v apt-get >/dev/null || fail "needs Debian's apt-get"
command -v dpkg-deb >/dev/null || fail "needs Debian's dpkg-deb"
[ -r "$keys" ] || fail "needs $keys (package debian-archive-keyring)"
# shellcheck disable=SC2016 # apt-get's own variable
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep -E '/debian/?$' | head -n 1) ||
  fail "this machine's apt sources name no Debian mirror"

mkdir -p "$cache"
work=$(mktemp -d "$cache/timescaledb.XXXXXX")
trap 'rm -rf "$work"' EXIT

# An apt of its own, which knows one source and nothing as installed.
mkdir -p "$work"/apt/etc/apt/{apt.conf.d,preferences.d,sources.list.d,trusted.gpg.d} \
  "$work"/apt/var/{lib/apt/lists/partial,cache/apt/archives/partial,lib/dpkg} "$work/debs" "$work/root/bin"
touch "$work/apt/var/lib/dpkg/status"
echo "deb [signed-by=$keys] $mirror trixie main" >"$work/apt/etc/apt/sources.list"
apt=(apt-get -qq -o "Dir=$work/apt" -o "Dir::State::status=$work/apt/var/lib/dpkg/status"
  -o "APT::Sandbox::User=$(id -un)" -o Debug::NoLocking=1 -o Acquire::Retries=3)

echo "timescaledb.sh: fetching TimescaleDB for the tests (once, about 40 MB)" >&2
"${apt[@]}" update >&2
(cd "$work/debs" && "${apt[@]}" download "${packages[@]}" >&2)
for package in "$work"/debs/*.deb; do
  dpkg-deb --extract "$package" "$work/root"
done
rm -rf "$work"/root/usr/share/{doc,man,locale,lintian}

# Each program starts through trixie's loader. Wrappers and not a one-off command, because initdb and pg_ctl start
# postgres themselves.
programs="$work/root/usr/lib/postgresql/17/bin"
loader=$(cd "$work/root" && find usr/lib usr/lib64 -name 'ld-linux-*.so.*' | head -n 1)
libraries=$(cd "$work/root" && dirname "$(find usr/lib -name libc.so.6 | head -n 1)")
[ -n "$loader" ] || fail "the packages hold no loader"
for program in initdb pg_ctl postgres; do
  mv "$programs/$program" "$programs/$program.real"
  cat >"$programs/$program" <<WRAPPER
#!/bin/sh
root="\${0%/usr/lib/postgresql/17/bin/*}"
exec "\$root/$loader" --argv0 "\$0" --library-path "\$root/$libraries" "\$0.real" "\$@"
WRAPPER
  chmod 755 "$programs/$program"
  # shellcheck disable=SC2016 # expanded by the wrapper when it runs
  printf '#!/bin/sh\nexec "${0%%/bin/*}/usr/lib/postgresql/17/bin/%s" "$@"\n' "$program" >"$work/root/bin/$program"
  chmod 755 "$work/root/bin/$program"
done

# A rename is atomic: of two runs at once, one wins and the other uses its copy.
mv -T "$work/root" "$folder" 2>/dev/null || [ -x "$folder/bin/postgres" ] || fail "could not put it into $folder"
echo "$folder"
