// gRPC's own xDS client (grpc-js-xds), driven by JSON lines on stdin; same orders and results as xds_client.py.
'use strict';
const grpc = require('@grpc/grpc-js');
const xds = require('@grpc/grpc-js-xds');
const readline = require('readline');

xds.register();
const plaintext = grpc.credentials.createInsecure();
const client = new grpc.Client(process.argv[2], process.argv[3] === 'secure' ? new xds.XdsChannelCredentials(plaintext) : plaintext);
const identity = (bytes) => bytes;

function call(order) {
  return new Promise((resolve) => {
    const metadata = new grpc.Metadata({ waitForReady: order.wait === true });
    for (const [key, value] of Object.entries(order.metadata ?? {})) {
      metadata.set(key, value);
    }
    const deadline = Date.now() + 1000 * (order.timeout ?? 10);
    client.makeUnaryRequest(order.path, identity, identity, Buffer.alloc(0), metadata, { deadline }, (error, answer) =>
      resolve(error ? { error: `${grpc.status[error.code]}: ${error.details}` } : { answer: answer.toString() }));
  });
}

async function main() {
  console.log('READY');
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const order = JSON.parse(line);
    const answers = {};
    const errors = {};
    const note = (result) => {
      const [counts, key] = result.error ? [errors, result.error] : [answers, result.answer];
      counts[key] = (counts[key] ?? 0) + 1;
    };
    const count = order.count ?? 1;
    if (order.parallel) {
      (await Promise.all(Array.from({ length: count }, () => call(order)))).forEach(note);
    } else {
      for (let i = 0; i < count; i++) {
        note(await call(order));
      }
    }
    console.log('RESULT ' + JSON.stringify({ answers, errors }));
  }
  process.exit(0);
}

main();
