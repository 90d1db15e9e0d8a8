// Starts AwsCustomResource's handler unchanged. It answers to port 443 whatever the URL
// says, so that its requests are led to the port of the URL here.
const https = require("https");
const { handler } = require(process.env.HANDLER);
const lines = require("readline").createInterface({ input: process.stdin });
lines.once("line", (line) => {
  const event = JSON.parse(line);
  const request = https.request;
  const { hostname, port } = new URL(event.ResponseURL);
  https.request = (options, callback) =>
    request(options.hostname === hostname && !options.port ? { ...options, port } : options, callback);
  handler(event, { logStreamName: "log" }).then(() => process.exit(0));
});
console.log("ready");
