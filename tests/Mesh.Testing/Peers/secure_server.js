// gRPC's own xDS server (grpc-js-xds) with xDS credentials; same answers as secure_server.py.
'use strict';
const grpc = require('@grpc/grpc-js');
const xds = require('@grpc/grpc-js-xds');

xds.register();
const identity = (bytes) => bytes;

// google.protobuf.StringValue with a text of less than 128 bytes.
function stringValue(text) {
  const bytes = Buffer.from(text);
  return Buffer.concat([Buffer.from([0x0a, bytes.length]), bytes]);
}

function caller(call, callback) {
  const certificate = call.getAuthContext().sslPeerCertificate;
  callback(null, stringValue(certificate?.subjectaltname?.replace(/^URI:/, '') ?? 'plaintext'));
}

const server = new xds.XdsServer({ 'grpc.so_reuseport': 0 });
server.addService(
  { Hello: { path: '/test.Greeter/Hello', requestStream: false, responseStream: false, requestSerialize: identity, requestDeserialize: identity, responseSerialize: identity, responseDeserialize: identity } },
  { Hello: caller });
server.bindAsync(process.argv[2], new xds.XdsServerCredentials(grpc.ServerCredentials.createInsecure()), (error) => {
  if (error) {
    console.error(error.message);
    process.exit(1);
  }
});
console.log('READY');
process.stdin.on('end', () => process.exit(0)).resume();
