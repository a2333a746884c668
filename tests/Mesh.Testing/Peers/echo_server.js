// The echo service of Mesh.Protocol.Tests on @grpc/grpc-js. Prints LISTENING <port>, then one line for each event.
'use strict';
const grpc = require('@grpc/grpc-js');
const { definition } = require('./echo_codec.js');

const say = line => process.stdout.write(line + '\n');

const handlers = {
  Unary(call, callback) {
    const back = new grpc.Metadata();
    for (const key of ['x-echo', 'x-echo-bin']) {
      call.metadata.get(key).forEach(value => back.add(key, value));
    }
    call.sendMetadata(back.clone());
    say('USER-AGENT ' + call.metadata.get('user-agent')[0]);
    callback(null, 'echo:' + call.request, back);
  },
  ServerStream(call) {
    for (let i = 0; i < Number(call.request); i++) {
      call.write(String(i));
    }
    call.end();
  },
  ClientStream(call, callback) {
    const parts = [];
    call.on('data', value => parts.push(value.valueOf()));
    call.on('end', () => callback(null, parts.join(',')));
  },
  Bidi(call) {
    call.on('data', value => call.write('echo:' + value));
    call.on('end', () => call.end());
  },
  Fail(call, callback) {
    const blank = call.request.indexOf(' ');
    const metadata = new grpc.Metadata();
    metadata.add('x-reason', 'asked for');
    callback({ code: Number(call.request.slice(0, blank)), details: call.request.slice(blank + 1), metadata });
  },
  Hang(call) {
    say('HANG');
    call.on('data', () => {});
    call.on('cancelled', () => say('ENDED'));
  },
};

const options = process.argv.includes('--gzip') ? { 'grpc.default_compression_algorithm': 2 } : {};
const server = new grpc.Server(options);
server.addService(definition, handlers);
server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  say('LISTENING ' + port);
});
