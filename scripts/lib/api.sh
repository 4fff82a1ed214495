# shellcheck shell=bash
# sentinel api: one request to the running aggregator, with address, certificate and token found by itself. It asks as
# the holder of the data directory: it works the same before and after people and roles exist.

readonly api_connect_seconds=3 api_total_seconds=60

api_status='' api_body=''

# api_fetch METHOD PATH [BODY]: sets api_status and api_body (a file with the answer's body); fails if there is no answer.
api_fetch() {
  local method=$1 path=$2 token_file=$data/aggregator/api-token token='' code=0 target=${mesh[url]}
  local -a options=(--silent --show-error --globoff --noproxy '*' --request "$method"
    --connect-timeout "$api_connect_seconds" --max-time "$api_total_seconds" --write-out '%{http_code}')
  if [[ -z $api_body ]]; then
    mkdir -p -- "$data/run"
    api_body=$data/run/api.$BASHPID
  fi
  if [[ ${mesh[scheme]} == https ]]; then
    # Trust exactly the certificate that `up` was given, under the name that it was made out for.
    options+=(--cacert "${mesh[tls_cert]}")
    api_tls_name && options+=(--connect-to "$tls_name:${mesh[port]}:${mesh[url]#https://}") &&
      target=https://$tls_name:${mesh[port]}
  fi
  if [[ -r $token_file ]]; then token=$(cat -- "$token_file"); fi
  if (($# > 2)); then options+=(--header 'Content-Type: application/json' --data-binary "$3"); fi
  # The token goes by a pipe: command lines can be read by everybody on this machine.
  api_status=$(curl "${options[@]}" --header @<(printf 'Accept: application/json, */*;q=0.5\n%s' \
    "${token:+Authorization: Bearer $token}") --output "$api_body" --url "$target$path") || code=$?
  return "$code"
}

# The first DNS name or IP address in our certificate, as tls_name.
tls_name=''
api_tls_name() {
  [[ -z $tls_name ]] || return 0
  tls_name=$(openssl x509 -in "${mesh[tls_cert]}" -noout -ext subjectAltName 2>/dev/null |
    sed -n 's/.*\(DNS\|IP Address\):\([^, ]*\).*/\2/p' | head -n 1) || return 1
  [[ $tls_name != *:* ]] || tls_name="[$tls_name]"
  [[ -n $tls_name && $tls_name != *'*'* ]]
}

api_clean() { [[ -z $api_body ]] || rm -f -- "$api_body"; }

command_api() {
  local method=GET path='' body has_body='' detail title
  parse_data_dir "$@"
  set -- "${rest[@]}"
  while (($# > 0)); do
    case $1 in
      --help | -h) usage_api && exit 0 ;;
      --data | -d)
        (($# > 1)) || fail_usage "--data needs the body: JSON, or @FILE, or @- for standard input"
        body=$2
        has_body=1
        shift
        ;;
      -*) fail_usage "unknown option '$1' for api" ;;
      *)
        if [[ -z $path && $1 =~ ^[A-Z]+$ ]]; then
          method=$1
        elif [[ -z $path ]]; then
          path=$1
        else
          fail_usage "api takes one path, not also '$1'"
        fi
        ;;
    esac
    shift
  done
  [[ -n $path ]] || fail_usage "api needs a path, such as /api/v1/agents"
  [[ $path == /* ]] || path=/$path
  need_command curl "to talk to the aggregator"
  require_mesh
  trap api_clean EXIT
  if ! api_fetch "$method" "$path" ${has_body:+"$body"}; then
    fail "$exit_failed" "the aggregator does not answer at ${mesh[url]}/." "See: $(own_command status)"
  fi
  if [[ $api_status == 2* ]]; then
    if [[ -s $api_body ]]; then cat -- "$api_body"; fi
    # A line end for people; a program gets the body as it is.
    if [[ -t 1 ]]; then echo; fi
    return 0
  fi
  title=$(json_value .title <"$api_body" 2>/dev/null) || true
  detail=$(json_value .detail <"$api_body" 2>/dev/null) || true
  fail "$exit_failed" "$method $path: HTTP $api_status${title:+ $title}" ${detail:+"$detail"}
}
