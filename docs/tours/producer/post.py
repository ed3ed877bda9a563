"""python3 post.py FILE ID: posts a FHIR resource and prints the answer. Nothing but the standard library."""
import json
import os
import ssl
import sys
import time
import urllib.error
import urllib.request

gateway, certs = os.environ["GATEWAY"], os.environ["CERTS"]
tls = ssl.create_default_context(cafile=certs + "/root.crt.pem")
tls.load_cert_chain(certs + "/identities/st-elsewhere.crt.pem", certs + "/identities/st-elsewhere.key.pem")


def post(path, body, headers, attempts=5):
    """Status and answer. Where the gateway says when to come again (429, 503), the same event is sent again then."""
    for _ in range(attempts):
        request = urllib.request.Request(gateway + path, body, headers)
        try:
            with urllib.request.urlopen(request, timeout=30, context=tls) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:  # every status from 400 on
            status, problem, wait = error.code, json.load(error), error.headers["Retry-After"]
        if wait is None:
            break
        time.sleep(int(wait))
    return status, problem


file, event_id = sys.argv[1:]
with open(file, "rb") as resource:
    status, answer = post("/v1/datasets/fhir/events", resource.read(), {
        "Content-Type": "application/fhir+json",
        "Sluice-Purpose": "treatment",
        "Idempotency-Key": event_id,  # the event's own id: sent twice, it is released once
    })
print(status, json.dumps(answer))
sys.exit(0 if status == 202 else 1)
