// google.protobuf.StringValue and the methods of the echo service, by hand: field 1, length-delimited.
'use strict';

function serialize(value) {
  const body = Buffer.from(value, 'utf8');
  if (body.length === 0) return Buffer.alloc(0);
  const head = [0x0a];
  let rest = body.length;
  while (rest > 127) {
    head.push((rest & 0x7f) | 0x80);
    rest >>>= 7;
  }
  head.push(rest);
  return Buffer.concat([Buffer.from(head), body]);
}

// A String object, since streams of objects drop the empty primitive.
function deserialize(bytes) {
  if (bytes.length === 0) return new String('');
  let at = 1;
  while (bytes[at++] & 0x80);
  return new String(bytes.toString('utf8', at));
}

const method = (name, requestStream, responseStream) => ({
  path: '/mesh.test.Echo/' + name,
  requestStream,
  responseStream,
  requestSerialize: serialize,
  requestDeserialize: deserialize,
  responseSerialize: serialize,
  responseDeserialize: deserialize,
});

exports.definition = {
  Unary: method('Unary', false, false),
  ServerStream: method('ServerStream', false, true),
  ClientStream: method('ClientStream', true, false),
  Bidi: method('Bidi', true, true),
  Fail: method('Fail', false, false),
  Hang: method('Hang', true, true),
  Missing: method('Missing', false, false),
};
