// Calls the echo service at argv[2] with @grpc/grpc-js: every kind of call, statuses, compression. Exit code 0 = all as expected.
'use strict';
const assert = require('assert');
const grpc = require('@grpc/grpc-js');
const { definition } = require('./echo_codec.js');

const Client = grpc.makeClientConstructor(definition, 'Echo');
const deadline = (ms = 20000) => ({ deadline: Date.now() + ms });

function check(name, got, expected) {
  assert.deepStrictEqual(got, expected, `${name}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(got)}`);
  process.stdout.write('OK ' + name + '\n');
}

const unary = (client, method, request, metadata = new grpc.Metadata()) => new Promise(resolve => {
  const result = {};
  const call = client[method](request, metadata, deadline(), (error, value) => {
    result.code = error ? error.code : 0;
    result.details = error ? error.details : '';
    result.value = error ? undefined : String(value);
  });
  call.on('metadata', headers => { result.headers = headers; });
  call.on('status', status => { result.trailers = status.metadata; setImmediate(() => resolve(result)); });
});

const collect = call => new Promise((resolve, reject) => {
  const values = [];
  call.on('data', value => values.push(String(value)));
  call.on('end', () => resolve(values));
  call.on('error', reject);
});

const codeOf = call => new Promise(resolve => {
  call.on('data', () => {});
  call.on('error', error => resolve(error.code));
  call.on('end', () => resolve(0));
});

const numbers = (count, prefix = '') => Array.from({ length: count }, (_, i) => prefix + i);

async function checkKinds(client, label) {
  check(label + 'unary', (await unary(client, 'Unary', 'hello')).value, 'echo:hello');
  const large = 'x'.repeat(2 * 1024 * 1024);
  check(label + 'large', (await unary(client, 'Unary', large)).value.length, large.length + 5);
  check(label + 'server stream', await collect(client.ServerStream('500', deadline())), numbers(500));
  const joined = await new Promise((resolve, reject) => {
    const call = client.ClientStream(deadline(), (error, value) => (error ? reject(error) : resolve(String(value))));
    ['a', 'b', 'c'].forEach(value => call.write(value));
    call.end();
  });
  check(label + 'client stream', joined, 'a,b,c');
  const bidi = client.Bidi(deadline());
  numbers(500).forEach(value => bidi.write(value));
  bidi.end();
  check(label + 'bidi', await collect(bidi), numbers(500, 'echo:'));
}

async function checkStatuses(client) {
  const metadata = new grpc.Metadata();
  metadata.add('x-echo', 'plain');
  metadata.add('x-echo-bin', Buffer.from([0, 1, 254, 255]));
  const echoed = await unary(client, 'Unary', '', metadata);
  for (const fields of [echoed.headers, echoed.trailers]) {
    check('metadata', [fields.get('x-echo')[0], [...fields.get('x-echo-bin')[0]]], ['plain', [0, 1, 254, 255]]);
  }
  for (let code = 1; code <= 16; code++) {
    const text = `reason ${code}: 100% \u00fc\n\u{1F600}`;
    const failed = await unary(client, 'Fail', `${code} ${text}`);
    check('status ' + code, [failed.code, failed.details, failed.trailers.get('x-reason')], [code, text, ['asked for']]);
  }
  check('unknown method', (await unary(client, 'Missing', '')).code, grpc.status.UNIMPLEMENTED);
  check('too large', (await unary(client, 'Unary', 'x'.repeat(5 * 1024 * 1024))).code, grpc.status.RESOURCE_EXHAUSTED);
  check('deadline', await codeOf(client.Hang(deadline(200))), grpc.status.DEADLINE_EXCEEDED);
  const cancelled = client.Hang(deadline());
  cancelled.write('x');
  cancelled.cancel();
  check('cancel', await codeOf(cancelled), grpc.status.CANCELLED);
}

async function main() {
  const plain = new Client(process.argv[2], grpc.credentials.createInsecure());
  await checkKinds(plain, '');
  await checkStatuses(plain);
  plain.close();
  const gzip = new Client(process.argv[2], grpc.credentials.createInsecure(), { 'grpc.default_compression_algorithm': 2 });
  await checkKinds(gzip, 'gzip ');
  gzip.close();
}

// The deadline timers of calls that have ended would keep the process for their 20 s.
main().then(() => process.exit(0)).catch(error => {
  process.stderr.write(String(error.stack || error) + '\n');
  process.exit(1);
});
