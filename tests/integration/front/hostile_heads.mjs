// SPDX-License-Identifier: Apache-2.0
// Request heads for differential.mjs: sound ones, known tricks, and seeded mixtures of both.

/** The same numbers for the same seed, everywhere. */
export function seeded(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), seed | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const sound = [
  'GET / HTTP/1.1\r\nHost: a\r\n\r\n',
  'GET /a/b?c=d&e=%20 HTTP/1.1\r\nHost: app.example:8080\r\nUser-Agent: x/1 (y; z)\r\nAccept: */*\r\nCookie: a=b; c="d"\r\n\r\n',
  'HEAD /a HTTP/1.1\r\nHost: [::1]:80\r\nX-Empty:\r\nAccept-Language: de, en;q=0.5\r\n\r\n',
  'OPTIONS /a HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: https://b.example\r\n\r\n',
  'DELETE /a%2Fb HTTP/1.1\r\nHost: a\r\nConnection: keep-alive\r\nKeep-Alive: timeout=5\r\n\r\n',
  'GET /old HTTP/1.0\r\n\r\n',
  'GET /old HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n',
  'GET /up HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: x\r\n\r\n',
  'GET /h2 HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n',
  'GET /body HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nGET /',
  'POST /form HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 7\r\n\r\na=b&c=d',
  'POST /none HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n',
  'PUT /put HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\nabc',
  'POST /smuggled-in-body HTTP/1.1\r\nHost: a\r\nContent-Length: 37\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: b\r\n\r\nx=y',
  'POST /chunked HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n00A\r\n0123456789\r\n0\r\n\r\n',
  'PATCH /trailer HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\nTrailer: X-Sum\r\n\r\n1\r\nx\r\n0\r\nX-Sum: 1\r\n\r\n',
  'POST /end HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n2\r\nok\r\n0\r\n\r\n',
  '\r\nGET /after-an-empty-line HTTP/1.1\r\nHost: a\r\n\r\n',
];

/** Lines that framed a body in two ways, or hid one, in some server or proxy. */
const trickFields = [
  'Content-Length: 5', 'Content-Length: 0', 'Content-Length: 00005', 'Content-Length: +5', 'Content-Length: -1', 'Content-Length: 0x5',
  'Content-Length: 5, 5', 'Content-Length: 5,0', 'Content-Length: 5 ', 'Content-Length:\t5', 'Content-Length: 5\t', 'Content-Length : 5',
  'Content-Length\t: 5', 'Content-Length: 5\x0b', 'Content-Length: \x0c5', 'Content-Length: 5\x00', 'Content-Length: 5;', 'Content-Length: "5"',
  'Content-Length: 5.0', 'Content-Length: 1e1', 'Content-Length: 5_0', 'Content-Length: 0o5', 'Content-Length: ', 'Content-Length:', 'Content-Length',
  'Content_Length: 5', 'Content-Length:5', 'content-length: 5', 'CONTENT-LENGTH: 5', ' Content-Length: 5', '\tContent-Length: 5', 'Content-Length: \xa05',
  'Content-Length: 18446744073709551617', 'Content-Length: 4294967296', 'Content-Length: 9223372036854775808', 'Content-Length: \xb2',
  'Transfer-Encoding: chunked', 'Transfer-Encoding: xchunked', 'Transfer-Encoding : chunked', 'Transfer-Encoding\t:chunked', 'Transfer-Encoding:\tchunked',
  'Transfer-Encoding: \x0bchunked', 'Transfer-Encoding:\x0cchunked', 'Transfer-Encoding: chunked\x00', 'Transfer-Encoding: "chunked"', "Transfer-Encoding: 'chunked'",
  'Transfer-Encoding: CHUNKED', 'Transfer-Encoding: chunKed', 'Transfer-Encoding: c\u017funked', 'Transfer-Encoding: identity', 'Transfer-Encoding: identity, chunked',
  'Transfer-Encoding: chunked, identity', 'Transfer-Encoding: chunked, chunked', 'Transfer-Encoding: gzip, chunked', 'Transfer-Encoding: chunked;x=y',
  'Transfer-Encoding: chunked,', 'Transfer-Encoding: ,chunked', 'Transfer-Encoding:', 'Transfer-Encoding: ', 'Transfer_Encoding: chunked', 'Transfer-Encoding\n: chunked',
  'Transfer-Encoding:\n chunked', 'Transfer-Encoding:\r\n chunked', 'Transfer-Encoding:\r\n\tchunked', 'X: y\nTransfer-Encoding: chunked', 'X: y\rTransfer-Encoding: chunked',
  'X: y\r\n\rTransfer-Encoding: chunked', 'X: y\r\r\nTransfer-Encoding: chunked', 'X: y\x00Transfer-Encoding: chunked', ' Transfer-Encoding: chunked', 'Transfer-Encoding: chunk',
  'Transfer-Encoding: chunked chunked', 'Transfer-Encoding: \x80chunked', 'Transfer-Encoding\x80: chunked', 'TE: chunked', 'TE: trailers', 'Transfer-Encoding: chunked\t',
  'Transfer-Encoding: chunked \t ', 'transfer-encoding:chunked', '"Transfer-Encoding": chunked', 'Transfer-Encoding;: chunked', '\x00Transfer-Encoding: chunked',
  'Transfer-Encoding: cow', 'Transfer-Encoding: chunked\r\nTransfer-Encoding: cow', 'Transfer-Encoding: cow\r\nTransfer-Encoding: chunked', 'Transfer%2dEncoding: chunked',
  'Connection: Transfer-Encoding', 'Connection: Content-Length', 'Connection: close', 'Connection: keep-alive', 'Connection: close, keep-alive', 'Connection: closed',
  'Connection: a b', 'Connection:', 'Connection: ,,', 'Proxy-Connection: close', 'Host: b', 'Host: a', 'Host:', 'Host : b', 'host: b', ' Host: b', 'Host: a:80', 'Host: a, b',
  'Host: a/b', 'Host: a@b', 'Host: \x00', 'X-Forwarded-Host: b', 'Expect: 100-continue', 'Expect: 100-CONTINUE', 'Expect: x', 'Expect:', 'Upgrade: h2c', 'Upgrade: TLS/1.0',
  'no colon here', ':', ': value', 'X : y', 'X: \x7f', 'X: \x01', 'X\x01: y', 'X: a\tb', 'X: \xe4', 'X\xe4: y', 'X: =?utf-8?q?a=0d=0ab:_c?=', 'GET /second HTTP/1.1',
  '', ' ', '\t', '\r', '\0', 'X:y', 'X:  y  ', 'A/B: c', 'A(B: c', 'A"B: c', 'A@B: c', 'A[B: c', 'A{B: c', "A'B|C~D^E`: c", '-: c', '_: c', '1: c', 'Range: bytes=0-1',
  'If-None-Match: x', 'If-Modified-Since: x', 'If-Range: x', 'User-Agent: b', 'Origin: x', 'Authorization: Basic YTpi', 'Cookie: a=b', 'Content-Type: text/plain', 'Content-Encoding: gzip', 'Trailer: Content-Length', 'Keep-Alive: x', 'Max-Forwards: 0',
  'X-HTTP-Method-Override: PUT', 'X-Original-URL: /admin', 'HTTP2-Settings: AAMAAABk', 'Accept-Encoding: gzip', 'Date: x', 'Referer: http://b/', 'Via: 1.1 x',
];
const trickTargets = [
  '/', '/a', '*', 'a', '', 'http://a/', 'http://b/', 'HTTP://a', 'https://a/x', 'a:443', '//b/c', '/\\b', '/a b', '/a\tb', '/a\x0bb', '/a\x00b', '/%00', '/%zz', '/%', '/%2', '/a%0d%0ab',
  '/a#b', '/?a#b', '/\x7f', '/\x80', '/\xff', '/..', '/../..', '/a/../../b', '/./a', '/%2e%2e/', '/.%2e/a', '/a%2f..%2f..%2f..', '/a/..;/b', '/a;b=c', '/a?', '/??', '/a?b=\x01',
  '/a?b="<>', '/"', '/<', '/{a}', '/a|b', '/a^b', '/`', "/'", '/[a]', '/~a', '/%41', '/%c3%28', '/a//b', '///', '/a%5c..%5cb', '/a.', '/...', '/a%20', '/a%09', '/a+b', '/:80', '/@b', '/a?x=%zz',
  '/a?x=/../', '/%u0041', '/%2500', '/a%3fb', '/a%23b', '/%252e%252e/', '?', '?a', '/a?b?c', '/&', '/a,b', '/$', '/!', '/(', '/)', '/*', '/;', '/=', '/a%2e%2e', '/..a', '/a..', '/%2e', '/.',
];
const trickVersions = ['HTTP/1.1', 'HTTP/1.0', 'HTTP/1.2', 'HTTP/2.0', 'HTTP/0.9', 'HTTP/1', 'HTTP/1.', 'HTTP/.1', 'HTTP/01.1', 'HTTP/1.01', 'HTTP/1.10', 'http/1.1', 'HTTP/1,1', 'HTTP/ 1.1',
  'HTTPS/1.1', 'HTTP/1.1 ', 'HTTP/1.1\t', ' HTTP/1.1', 'HTTP/1.1x', 'HTTP/11', 'HTTP /1.1', 'ICE/1.0', 'RTSP/1.0', ''];
const trickMethods = ['GET', 'POST', 'get', 'Get', 'HEAD', 'PUT', 'PATCH', 'TRACE', 'CONNECT', 'PRI', 'FOO', 'GET,', 'GE T', 'G\tET', 'G\x00ET', ' GET', '\tGET', '', 'POST/', '"GET"', 'PROPFIND',
  'M-SEARCH', 'QUERY', 'SOURCE', 'PURGE', 'OPTIONS', 'DELETE', 'GET_', '\xc7ET'];
const trickChunks = ['0', '3', '5', '00', '0000000000000003', '0x3', '+3', '-3', ' 3', '3 ', '\t3', '3\t', '3;', '3;a', '3;a=b', '3;a="b"', '3;a="\r\n0\r\n\r\n"', '3;\n', '3\n', '3\r', '3\r\r\n', 'g', '', '3 3',
  'ffffffffffffffff', '10000000000000003', 'FFFFFFFD', '3\x00', '3,3', '3_', '3.', '0;a', '0 ', '0\n', '3\x0b', '3;\x00'];
const bytes = ['\0', '\t', '\n', '\r', '\r\n', ' ', '  ', ':', ',', ';', '"', "'", '\\', '\x0b', '\x0c', '\x1b', '\x7f', '\x80', '\x85', '\xa0', '\xff', '0', '1', '9', '+', '-', 'x', 'X', '.', '/', '%', '#', '?', '@',
  '[', ']', '_', '=', '%00', '%0d%0a', '\r\n ', '\r\n\t', '\n\n', '\r\r\n', '\r\n\r\n'];

/** Cuts a message into its request line, field lines and body. */
function partsOf(message) {
  const end = message.indexOf('\r\n\r\n');
  const [line, ...fields] = message.slice(0, end).replace(/^\r\n/, '').split('\r\n');
  return { line, fields, body: message.slice(end + 4) };
}
const together = ({ line, fields, body }) => [line, ...fields, '', ''].join('\r\n') + body;

/** A message that one of the tricks was played on. */
function changed(message, random) {
  const pick = (list) => list[Math.floor(random() * list.length)];
  const kind = Math.floor(random() * 13);
  if (kind < 2 && message !== '') {  // bytes, anywhere
    const at = Math.floor(random() * message.length);
    return message.slice(0, at) + pick(bytes) + message.slice(at + (random() < 0.5 ? 1 : 0));
  }
  if (kind === 2) {
    const at = Math.floor(random() * message.length);
    return message.slice(0, at) + message.slice(at + 1 + Math.floor(random() * 3));
  }
  if (!message.includes('\r\n\r\n')) return message;
  const parts = partsOf(message);
  const words = parts.line.split(' ');
  const field = Math.floor(random() * parts.fields.length);
  switch (kind) {
    case 3: case 4:
      parts.fields.splice(Math.floor(random() * (parts.fields.length + 1)), 0, pick(trickFields));
      break;
    case 5:
      if (parts.fields.length) parts.fields[field] = pick(trickFields);
      break;
    case 6:
      parts.line = [words[0], pick(trickTargets), ...words.slice(2)].join(' ');
      break;
    case 7:
      parts.line = random() < 0.5 ? [words[0], words[1], pick(trickVersions)].join(' ') : [pick(trickMethods), ...words.slice(1)].join(' ');
      break;
    case 8:
      if (parts.fields.length) parts.fields.splice(Math.floor(random() * parts.fields.length), 0, parts.fields[field]);
      break;
    case 9: {
      const lines = parts.body.split('\r\n');
      lines[Math.floor(random() * lines.length)] = pick(trickChunks);
      parts.body = lines.join('\r\n');
      break;
    }
    case 10:
      if (parts.fields.length) parts.fields[field] = random() < 0.5 ? parts.fields[field].toUpperCase() : parts.fields[field].replace(/: */, pick([':', ':\t', ':  ', ' : ', ': \t ']));
      break;
    case 11: {  // a line end of another kind
      const text = together(parts), ends = [...text.matchAll(/\r\n/g)];
      const at = pick(ends).index;
      return text.slice(0, at) + pick(['\n', '\r', '\n\r', '\r\r\n', '\r\n\r\n', '\r\n ', '']) + text.slice(at + 2);
    }
    default:  // another message's framing: lines of it, and its body
      parts.fields.push(...partsOf(pick(sound)).fields.slice(1));
      if (random() < 0.5) parts.body = partsOf(pick(sound)).body;
  }
  return together(parts);
}

/** count messages: the sound ones, each known trick by itself, and mixtures. */
export function* messages(count, random) {
  yield* sound;
  let made = sound.length;
  for (const list of [trickFields, trickTargets, trickVersions, trickMethods, trickChunks]) {
    for (const trick of list) {
      const get = `GET ${list === trickTargets ? trick : '/'} ${list === trickVersions ? trick : 'HTTP/1.1'}\r\nHost: a\r\n`;
      if (list === trickMethods) yield `${trick} / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n`;
      else if (list === trickChunks) yield `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n${trick}\r\nabc\r\n0\r\n\r\n`;
      else if (list !== trickFields) yield `${get}\r\n`;
      else {
        for (const other of ['', 'Content-Length: 5\r\n', 'Transfer-Encoding: chunked\r\n']) yield `POST / HTTP/1.1\r\nHost: a\r\n${other}${trick}\r\n\r\n0\r\n\r\n`;
        yield `${get}${trick}\r\n\r\n`;
      }
      made++;
    }
  }
  for (; made < count; made++) {
    let message = sound[Math.floor(random() * sound.length)];
    for (let tricks = 1 + Math.floor(random() * 3); tricks > 0; tricks--) message = changed(message, random);
    yield message;
  }
}
