// SPDX-License-Identifier: Apache-2.0
// What our parser accepts, Node's (llhttp, strict) and nginx must accept, too, and split in the same way: method, target, bytes
// of body, where the next request begins. Whatever differs could be smuggled past one of them (SEC-HT-04, -05, -07).
// That we refuse more than they do is wanted. usage: node differential.mjs SPLIT_PROGRAM NGINX [COUNT] [SEED]
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Duplex } from 'node:stream';

import { messages, seeded } from './hostile_heads.mjs';

const [program, nginxProgram, count = '200000', seed = '20251126'] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'front-'));
const atOnce = 32;
const marker = 'GET /marker HTTP/1.1\r\nHost: m\r\nConnection: close\r\n\r\n';

/**
 * Where ours is the right one and theirs cannot be made to agree. Each has a name, a reason, and must occur, so that none is
 * forgotten here. is(request, other, bytes): the request as we saw it, who sees it otherwise, and the whole connection.
 */
const known = [
  // RFC 9110 5.3, 13.1: the first is a list and may be repeated, and none of them frames, routes or authenticates.
  ...['If-None-Match', 'If-Modified-Since', 'If-Range'].map((field) => ({
    name: `nginx refuses a second ${field}, which we leave to handlers`,
    is: (request, other, bytes) => other === 'nginx' && bytes.split(new RegExp(`^${field} *:`, 'im')).length > 2,
  })),
];

/** Our own split of each connection: its requests, and how it ended. */
function ours(connections) {
  const input = Buffer.concat(connections.flatMap((bytes) => {
    const size = Buffer.alloc(4);
    size.writeUInt32LE(bytes.length);
    return [size, bytes];
  }));
  const run = spawnSync(program, { input, maxBuffer: 1 << 30 });
  assert.equal(run.status, 0, `${program}: ${run.stderr}`);
  return run.stdout.toString('latin1').split('\n').slice(0, -1).map((line) => {
    const parts = line.split('\t');
    return { requests: parts.slice(0, -1), end: parts.at(-1) };
  });
}

/** Node's server, given each connection as a stream in memory; notes each request that it read to its end. */
function startNode() {
  const server = http.createServer({ insecureHTTPParser: false, maxHeaderSize: 1 << 17 }, (request, response) => {
    const stream = request.socket;
    let size = 0;
    request.on('data', (data) => { size += data.length; });
    request.on('end', () => {
      stream.requests.push(`${request.method} ${request.url} ${size}`);
      stream.closes = !response.shouldKeepAlive;
      response.end();
    });
  });
  // What was read before the error still gets its turn.
  server.on('clientError', (error, stream) => {
    stream.refused = error.code;
    setImmediate(() => stream.destroy());
  });
  const ask = (bytes) => new Promise((done) => {
    const stream = new Duplex({ read() {}, write(piece, encoding, taken) { taken(); }, final(taken) { taken(); setImmediate(() => stream.destroy()); } });
    stream.requests = [];
    stream.on('close', () => done(stream));
    server.emit('connection', stream);
    stream.push(bytes);
    stream.push(null);
  });
  return { name: 'node', tellsBody: true, ask, stop: () => server.close() };
}

/** nginx of Debian, with nothing but a unix socket in a folder of its own. It does not tell how long a body was. */
async function startNginx() {
  const path = join(folder, 'nginx.sock');
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `${kind}_temp_path ${folder}/${kind};`).join(' ');
  writeFileSync(join(folder, 'nginx.conf'), `
    daemon off; master_process off; pid ${folder}/nginx.pid; error_log ${folder}/error.log crit;
    events { worker_connections 512; }
    http {
      access_log off; ${temporary} client_header_buffer_size 128k; large_client_header_buffers 4 128k; client_max_body_size 0;
      server { listen unix:${path}; add_header X-Seen "$request_method $request_uri ?" always; return 200; }
    }`);
  const child = spawn(nginxProgram, ['-p', folder, '-c', join(folder, 'nginx.conf'), '-e', join(folder, 'error.log')], { stdio: ['ignore', 'inherit', 'inherit'] });
  process.on('exit', () => child.kill());
  for (let tries = 0; ; tries++) {
    assert.ok(tries < 500 && child.exitCode === null, 'nginx does not start');
    const up = await new Promise((done) => net.connect(path, () => done(true)).on('error', () => done(false)).unref());
    if (up) break;
    await new Promise((done) => setTimeout(done, 20));
  }
  return { name: 'nginx', tellsBody: false, ask: async (bytes) => answersIn(await exchange(path, bytes)), stop: () => child.kill() };
}

/** Sends bytes, closes that side, returns all that comes back. */
function exchange(path, bytes) {
  return new Promise((done) => {
    const pieces = [];
    const socket = net.connect({ path, allowHalfOpen: true }, () => socket.end(bytes));
    socket.on('data', (piece) => pieces.push(piece));
    socket.on('error', () => { /* closed before it read everything; what came is the answer */ });
    socket.on('close', () => done(Buffer.concat(pieces).toString('latin1')));
    socket.on('end', () => socket.destroy());
  });
}

/** The requests that were answered, the status of a refusal if there was one, and whether the server then closed by choice. */
function answersIn(text) {
  const requests = [];
  let closes = false;
  while (text.startsWith('HTTP/1.')) {
    const end = text.indexOf('\r\n\r\n');
    if (end < 0) break;
    const head = text.slice(0, end), status = Number(head.slice(9, 12));
    text = text.slice(end + 4);
    if (status < 200) continue;
    if (status >= 400) return { requests, refused: status };
    requests.push(/^X-Seen: (.*)$/im.exec(head)?.[1].trim());
    closes = /^Connection: close\s*$/im.test(head);
    if (!requests.at(-1)?.startsWith('HEAD ')) text = text.slice(Number(/^Content-Length: (\d+)/im.exec(head)?.[1] ?? 0)).replace(/^0\r\n\r\n/, '');
  }
  return { requests, closes };
}

/** What the other did not do as we did; undefined when it agrees. */
function difference(mine, theirs, { tellsBody }) {
  for (const [i, request] of mine.requests.entries()) {
    const seen = theirs.requests[i];
    if (seen === undefined) {
      // To close after an answer is a server's own choice; it says so, and reads nothing more.
      if (theirs.closes && i > 0) return undefined;
      return { request, why: `request ${i + 1} ${theirs.refused ? `refused with ${theirs.refused}` : 'not answered'}` };
    }
    if ((tellsBody ? request : request.replace(/ \d+$/, ' ?')) !== seen) return { request, why: `request ${i + 1} seen as ${seen}` };
  }
  const more = theirs.requests.length > mine.requests.length && mine.end === 'open';
  return more ? { request: mine.requests.at(-1), why: `one request more: ${theirs.requests[mine.requests.length]}` } : undefined;
}

const connections = [...messages(Number(count), seeded(Number(seed)))].map((message) => Buffer.from(message + marker, 'latin1'));
const mine = ours(connections);
assert.equal(mine.length, connections.length);
const accepted = mine.filter(({ requests }) => requests.length > 0).length;
const others = [startNode(), await startNginx()];
const found = [], occurred = new Set();
const theyAlone = { node: 0, nginx: 0 };

async function compare(index) {
  // Those that we refuse are sent now and then, to see that the others would have taken some of them.
  if (mine[index].requests.length === 0 && index % 20 !== 0) return;
  for (const other of others) {
    const theirs = await other.ask(connections[index]);
    if (mine[index].requests.length === 0) {
      if (theirs.requests.length > 0) theyAlone[other.name]++;
      continue;
    }
    const differs = difference(mine[index], theirs, other);
    if (!differs) continue;
    const deviation = known.find(({ is }) => is(differs.request, other.name, connections[index].toString('latin1')));
    if (deviation) occurred.add(deviation.name);
    else found.push({ other: other.name, why: differs.why, ours: mine[index], bytes: JSON.stringify(connections[index].toString('latin1')) });
  }
}

let next = 0;
await Promise.all(Array.from({ length: atOnce }, async () => {
  while (next < connections.length) await compare(next++);
}));
for (const other of others) other.stop();
rmSync(folder, { recursive: true, force: true });

for (const finding of found.slice(0, 20)) console.error(finding);
console.log(`${connections.length} connections (seed ${seed}), ${accepted} accepted by us and asked of both; of the others, in a sample, node alone accepts ` +
  `${theyAlone.node}, nginx alone ${theyAlone.nginx}; ${found.length} differences`);
assert.equal(found.length, 0, 'what we accept is refused or split otherwise');
for (const { name } of known) assert.ok(occurred.has(name), `a deviation that does not occur: ${name}`);
// The comparison must be able to find something: enough is accepted, and the others are indeed more lenient.
assert.ok(accepted > connections.length / 5, `only ${accepted} accepted`);
assert.ok(theyAlone.node > 50 && theyAlone.nginx > 50, 'the others refuse whatever we refuse: the tricks are none');
