# shellcheck shell=bash
# The names a certificate is made out for: an agent and `api` must ask for one of them, or the certificate proves nothing.

# Lines "DNS name" or "IP address" out of the certificate's subject alternative names.
certificate_names() {
  openssl x509 -in "$1" -noout -ext subjectAltName 2>/dev/null | tr ',' '\n' |
    sed -n 's/^ *DNS:\([^ ]*\).*/DNS \1/p; s/^ *IP Address:\([^ ]*\).*/IP \1/p' | sed 's/^IP 0:0:0:0:0:0:0:1$/IP ::1/'
}

# tls_host ADDRESS CERTIFICATE: the name by which programs on this host reach ADDRESS: the address itself if the
# certificate has it, else localhost if it has that, else the first name that is no pattern.
tls_host() {
  local address=$1 names
  names=$(certificate_names "$2")
  if grep -qxF "IP $address" <<<"$names"; then
    printf '%s' "$address"
  elif is_loopback "$address" && grep -qxF 'DNS localhost' <<<"$names"; then
    printf localhost
  else
    sed -n 's/^DNS \([^*]*\)$/\1/p' <<<"$names" | head -n 1
  fi
}
