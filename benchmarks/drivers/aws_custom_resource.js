// Starts AwsCustomResource's handler unchanged. It answers to port 443 whatever the URL
// says, so that its requests are led to the port of the URL here.
const https = require("https");
const event = JSON.parse(process.argv[2]);
const request = https.request;
const port = new URL(event.ResponseURL).port;
https.request = (options, callback) => request({ ...options, port }, callback);
require(process.env.HANDLER)
  .handler(event, { logStreamName: "log" })
  .then(() => process.exit(0));
