#!/bin/sh
# post.sh PRODUCER PATH TYPE FILE ID [CURL OPTION...]: posts a file as a producer of the demo, and prints the answer.
set -eu
producer=$1 path=$2 type=$3 file=$4 id=$5
shift 5
exec curl --silent --show-error --write-out '\n' \
  --cacert "$CERTS/root.crt.pem" \
  --cert "$CERTS/identities/$producer.crt.pem" --key "$CERTS/identities/$producer.key.pem" \
  -H "Content-Type: $type" -H "Idempotency-Key: $id" "$@" \
  --data-binary "@$file" "$GATEWAY/v1/$path"
