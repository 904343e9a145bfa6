# Certificates and a Mosquitto behind mutual TLS for the scripts of this folder, which source it after
# lib.sh. Everything lies in $scratch; all certificates end with the day.
#
# shellcheck shell=bash disable=SC2154 # lib.sh sets root and scratch

pki=$scratch/pki
port=$(free_port)

# --- certificates -------------------------------------------------------------------------------

# authority NAME: $pki/NAME.pem and .key, a CA that issues others.
authority() {
    mkdir -p "$pki"
    (
        umask 077
        openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 \
            -subj "/CN=show $1" -keyout "$pki/$1.key" -out "$pki/$1.pem" 2>"$scratch/openssl.log"
    ) || fail "openssl cannot make the authority $1" "$scratch/openssl.log"
}

# issue NAME COMMON_NAME [DNS_NAME] [DAYS] [AUTHORITY]: $pki/NAME.pem and .key from the authority `ca` or that
# one, for a server of that DNS name when one is given. DAYS 0: expired when it is issued.
issue() {
    local extensions=$scratch/extensions
    printf '%s\n' "${3:+subjectAltName=DNS:$3}" >"$extensions"
    (
        umask 077
        openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes \
            -subj "/CN=$2" -keyout "$pki/$1.key" -out "$scratch/request"
        openssl x509 -req -in "$scratch/request" -CA "$pki/${5:-ca}.pem" -CAkey "$pki/${5:-ca}.key" \
            -CAcreateserial -days "${4:-1}" -extfile "$extensions" -out "$pki/$1.pem"
    ) 2>"$scratch/openssl.log" || fail "openssl cannot issue $1" "$scratch/openssl.log"
}

# --- the broker ---------------------------------------------------------------------------------

# start_broker [LINE...]: Mosquitto on $port, a client certificate required, with these lines more in its
# configuration. Its log, everything in it, is $(log_of broker); a new start begins it anew.
start_broker() {
    {
        printf '%s\n' "listener $port 127.0.0.1" "cafile $pki/ca.pem" "require_certificate true"
        printf '%s\n' "user root" # reads keys of mode 0600; without effect when others start it
        printf '%s\n' "log_dest stderr" "log_type all" "connection_messages true"
        case " $* " in *allow_anonymous*) ;; *) printf '%s\n' "allow_anonymous true" ;; esac
        case " $* " in *certfile*) ;; *) printf '%s\n' "certfile $pki/server.pem" "keyfile $pki/server.key" ;; esac
        [ $# -eq 0 ] || printf '%s\n' "$@"
    } >"$scratch/mosquitto.conf"
    start broker mosquitto -c "$scratch/mosquitto.conf"
    wait_for 20 has_line broker ' running$' || fail "mosquitto did not start" "$(log_of broker)"
}

# How many lines of the broker's log match.
in_broker_log() { grep -Ec -- "$1" "$(log_of broker)" || true; }

# observe NAME FILTER...: mosquitto_sub writes one JSON object per message to $(log_of NAME); returns when the
# broker has granted all filters.
observe() {
    local name=$1 filter filters=() before
    shift
    for filter; do filters+=(-t "$filter"); done
    before=$(in_broker_log "Sending SUBACK to $name\$")
    start "$name" stdbuf -oL mosquitto_sub -h localhost -p "$port" --cafile "$pki/ca.pem" \
        --cert "$pki/observer.pem" --key "$pki/observer.key" -i "$name" -q 2 -F '%j' "${filters[@]}"
    wait_for 20 subacks_beyond "$name" "$before" ||
        fail "mosquitto_sub did not subscribe" "$(log_of "$name")"
}

subacks_beyond() { [ "$(in_broker_log "Sending SUBACK to $1\$")" -gt "$2" ]; }

# publish TOPIC TEXT: by mosquitto_pub, at QoS 1.
publish() {
    mosquitto_pub -h localhost -p "$port" --cafile "$pki/ca.pem" --cert "$pki/observer.pem" \
        --key "$pki/observer.key" -q 1 -t "$1" -m "$2" || fail "mosquitto_pub: exit code $?"
}

# --- the launcher -------------------------------------------------------------------------------

# Builds on first use, so that no deadline below pays for it.
built() { within 600 "$root/caddis" --version </dev/null >"$(log_of build)" 2>&1 || fail "./caddis does not build" "$(log_of build)"; }
