"""Posts an event in binary and in structured mode with the CloudEvents SDK and requests, neither of them adapted."""
import os

import requests
from cloudevents.v1.conversion import to_binary, to_structured
from cloudevents.v1.http import CloudEvent

data = {"customer": {"id": "cust:c-4711"}, "channel": "web"}
for mode, convert in (("binary", to_binary), ("structured", to_structured)):
    event = CloudEvent({"type": "shop.order", "source": "urn:shop", "id": "py-" + mode, "datacontenttype": "application/json"}, data)
    headers, body = convert(event)
    answer = requests.post(os.environ["ADDRESS"], data=body, headers=headers, cert=(os.environ["CHAIN"], os.environ["KEY"]), verify=os.environ["TRUST"], timeout=30)
    print(answer.status_code, answer.json().get("id"), answer.json().get("code"))
