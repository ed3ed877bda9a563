#!/bin/sh
# get.sh PRODUCER PATH: asks as a producer of the demo, and prints the answer.
set -eu
exec curl --silent --show-error --write-out '\n' \
  --cacert "$CERTS/root.crt.pem" \
  --cert "$CERTS/identities/$1.crt.pem" --key "$CERTS/identities/$1.key.pem" \
  "$GATEWAY/v1/$2"
