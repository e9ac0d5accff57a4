// SPDX-License-Identifier: Apache-2.0
// Bytes that no browser sends, on raw sockets: a clear 4xx or a closed connection within seconds, nothing of it reaches the
// answer, the program lives, does not grow, and serves the next request (SEC-HT-04 to -10, SECURITY 5).
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';

import { until } from '../../e2e/support/processes.mjs';
import { World } from '../../e2e/support/world.mjs';
import { Browser, auditMark, auditSince, backend, fingerprint, me, raw, requireCleanLogs, signIn } from './steps.mjs';

let world, app, member, atRest;
before(async () => {
  world = await World.start({ backend });
  [app] = world.apps;
  member = new Browser(world);
  assert.equal((await signIn(member, { email: 'member@globex.example', given_name: 'Mia' })).status, 303);
  await Promise.all(Array.from({ length: 30 }, () => member.get('/dashboard')));  // threads and caches are there
  atRest = resident();
});
after(() => world?.stop());

/** Megabytes in memory, of the instance. */
const resident = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${app.child.pid}/status`, 'utf8'))[1]) / 1024;

const get = (target, headers = '', version = 'HTTP/1.1') => `GET ${target} ${version}\r\nHost: app\r\n${headers}Connection: close\r\n\r\n`;
const post = (target, headers, body = '') => `POST ${target} HTTP/1.1\r\nHost: app\r\nContent-Type: application/x-www-form-urlencoded\r\n${headers}\r\n${body}`;

/** allowed: statuses; 0 stands for a connection that was closed without an answer. */
async function requireRefused(bytes, allowed, options) {
  const before = await fingerprint(world);
  const answer = await raw(app, bytes, options);
  assert.ok(allowed.includes(answer.status), `status ${answer.status}: ${answer.text.slice(0, 300)}`);
  if (answer.status === 0) assert.ok(answer.closed, 'neither answered nor closed');
  assert.ok(answer.ms < 3000, `${answer.ms} ms`);
  assert.doesNotMatch(answer.text, /Poco|soci|exception|nlohmann|smuggled|X-Injected/i);
  assert.equal(app.exit, undefined, 'the program lives');
  assert.equal((await me(member)).status, 200, 'the next request is served');
  assert.equal(await fingerprint(world), before, 'nothing is stored');
  return answer;
}

describe('request heads', () => {
  const rows = {
    'SEC-HT-06 a header of a megabyte': [get('/login', `X-Big: ${'a'.repeat(1 << 20)}\r\n`), [0, 431]],
    'SEC-HT-06 a header of 200 kB': [get('/login', `X-Big: ${'a'.repeat(200_000)}\r\n`), [431]],
    'SEC-HT-06 300 headers': [get('/login', Array.from({ length: 300 }, (_, i) => `X-H${i}: 1\r\n`).join('')), [431]],
    'SEC-HT-06 a name of 100 kB': [get('/login', `${'n'.repeat(100_000)}: 1\r\n`), [431]],
    'SEC-HT-06 a target of 100 kB': [get(`/login?${'a'.repeat(100_000)}`), [414]],
    'SEC-HT-06 a path of 20 kB': [get(`/${'a/'.repeat(10_000)}`), [414]],
    'SEC-HT-07 a bad percent escape in the path': [get('/%zz'), [400]],
    'SEC-HT-07 NUL, encoded, in the path': [get('/login%00'), [400]],
    'SEC-HT-07 NUL, raw, in the path': [get('/log\0in'), [400]],
    'SEC-HT-07 broken UTF-8 in the path': [get('/log\xff\xfein'), [400]],
    'SEC-HT-07 absolute form': [get('http://attacker.example/login'), [400]],
    'SEC-HT-07 only a colon': [get(':'), [400]],
    'SEC-HT-07 a fragment': [get('/login#x'), [400]],
    'SEC-HT-07 dot segments': [get('/assets/../../etc/passwd'), [400]],
    'SEC-HT-07 backslashes': [get('/assets\\..\\..\\etc\\passwd'), [400]],
    'SEC-HT-07 the asterisk': ['OPTIONS * HTTP/1.1\r\nHost: app\r\nConnection: close\r\n\r\n', [400]],
    'SEC-HT-05 no Host': ['GET /login HTTP/1.1\r\nConnection: close\r\n\r\n', [400]],
    'SEC-HT-05 two Hosts': [get('/login', 'Host: other\r\n'), [400]],
    'SEC-HT-05 another version': [get('/login', '', 'FOO/9.9'), [400]],
    'SEC-HT-05 HTTP/2.0 in clear': [get('/login', '', 'HTTP/2.0'), [505]],
    'SEC-HT-05 the preface of HTTP/2': ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', [505]],
    'SEC-HT-05 a line without a colon': [get('/login', 'no colon here\r\n'), [400]],
    'SEC-HT-05 NUL in a header': [get('/login', 'X-A: a\0b\r\n'), [400]],
    'SEC-HT-05 TRACE': ['TRACE /login HTTP/1.1\r\nHost: app\r\nCookie: sid=secret\r\nConnection: close\r\n\r\n', [405]],
    'SEC-HT-05 CONNECT': ['CONNECT attacker.example:443 HTTP/1.1\r\nHost: app\r\nConnection: close\r\n\r\n', [405]],
    'SEC-HT-05 a method that is none': ['G"T /login HTTP/1.1\r\nHost: app\r\nConnection: close\r\n\r\n', [400]],
    'SEC-HT-05 a method of 5 kB': [`${'G'.repeat(5000)} /login HTTP/1.1\r\nHost: app\r\nConnection: close\r\n\r\n`, [400]],
    'SEC-HT-05 a TLS hello': ['\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n', [400]],
    'noise': ['\x00\xff\x80\x7f'.repeat(500) + '\r\n\r\n', [400]],
    // Nobody decodes them any more, so they mean nothing.
    'SECURITY 5, item 2: CR LF smuggled into a value by RFC 2047': [get('/login', 'X-In: =?utf-8?q?a=0d=0aX-Injected:_1?=\r\n'), [200]],
    'SECURITY 5, item 2: NUL smuggled by RFC 2047': [get('/login', 'X-In: =?utf-8?b?YQBi?=\r\n'), [200]],
    'SECURITY 5, item 2: the charset that once overflowed a stack': [get('/login', 'X-In: =?UTF-32?Q?=9c=ff=ff=ff=ff=ff=ff=ff?=\r\n'), [200]],
  };
  for (const [name, [bytes, allowed]] of Object.entries(rows)) test(name, () => requireRefused(bytes, allowed));

  test('SEC-AR-05 a Host of somebody else, also through RFC 2047, names nothing of ours', async () => {
    for (const host of ['attacker.example', '=?utf-8?q?attacker.example?=', 'app"><script>', '[::1]:99999', 'a'.repeat(2000)]) {
      const answer = await raw(app, `GET /sso/login?email=kim@globex.example HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
      assert.ok([302, 400].includes(answer.status), `${host}: ${answer.status}`);
      assert.doesNotMatch(answer.text, /attacker|<script>/);
      if (answer.status === 302) assert.ok(answer.text.includes(encodeURIComponent(`${world.baseUrl}/sso/callback`)));
    }
  });

  test('SEC-SE-05 a cookie smuggled into another header is none', async () => {
    const sid = member.cookie('sid');
    for (const header of [`X-In: =?utf-8?q?a=0d=0aCookie:_sid=3d${sid}?=\r\n`, `X-Cookie: sid=${sid}\r\n`, `Cookie : sid=${sid}\r\n`, `Cookie: a=b\r\n\tsid=${sid}\r\n`]) {
      const answer = await raw(app, get('/me', header));
      assert.ok([0, 400, 401].includes(answer.status), `${header.slice(0, 30)}: ${answer.status}`);
    }
  });
});

describe('bodies', () => {
  const form = 'email=a%40globex.example';
  const rows = {
    'SEC-HT-04 Content-Length and Transfer-Encoding': [post('/login', `Content-Length: ${form.length}\r\nTransfer-Encoding: chunked\r\n`, '0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: app\r\n\r\n'), [400]],
    'SEC-HT-04 two Content-Lengths': [post('/login', `Content-Length: ${form.length}\r\nContent-Length: 0\r\n`, form), [400]],
    'SEC-HT-04 two equal Content-Lengths': [post('/login', `Content-Length: ${form.length}\r\nContent-Length: ${form.length}\r\n`, form), [400]],
    'SEC-HT-04 a list of encodings': [post('/login', 'Transfer-Encoding: chunked, identity\r\n', '0\r\n\r\n'), [400]],
    'SEC-HT-04 gzip, chunked': [post('/login', 'Transfer-Encoding: gzip, chunked\r\n', '0\r\n\r\n'), [400]],
    'SEC-HT-04 xchunked': [post('/login', 'Transfer-Encoding: xchunked\r\n', '0\r\n\r\n'), [400]],
    'SEC-HT-04 a space before the colon': [post('/login', 'Content-Length : 5\r\n', 'a=bcd'), [400]],
    'SEC-HT-04 obs-fold': [post('/login', 'X-A: b\r\n c\r\nContent-Length: 0\r\n'), [400]],
    'SEC-HT-04 a chunk size that overflows': [post('/login', 'Transfer-Encoding: chunked\r\n', 'ffffffffffffffffff\r\naaaa\r\n0\r\n\r\n'), [400]],
    'SEC-HT-04 a chunk size that is none': [post('/login', 'Transfer-Encoding: chunked\r\n', 'zz\r\naaaa\r\n0\r\n\r\n'), [400]],
    'SEC-HT-08 a POST without a length': [post('/login', ''), [411]],
    'SEC-HT-08 1 GB declared': [post('/login', 'Content-Length: 1073741824\r\n', form), [413]],
    'SEC-HT-08 100 kB declared': [post('/login', 'Content-Length: 100000\r\n', form), [413]],
    'SEC-HT-08 100 kB in chunks': [post('/login', 'Transfer-Encoding: chunked\r\n', `${'1000\r\n' + 'a'.repeat(4096) + '\r\n'}`.repeat(25) + '0\r\n\r\n'), [413]],
    'SEC-HT-08 300 kB declared for the form of two hundred groups': [post('/settings/sso/policy', 'Content-Length: 300000\r\n', form), [413]],
    'SEC-HT-08 100 kB for the form of two hundred groups, from nobody': [post('/settings/sso/policy', 'Content-Length: 100000\r\n', 'a'.repeat(100000)), [303, 403]],
    'SEC-HT-08 Expect: 100-continue for 1 GB': [post('/login', 'Expect: 100-continue\r\nContent-Length: 1073741824\r\n'), [413]],
    'SEC-HT-06 1 000 parameters': [post('/login', 'Content-Length: 4000\r\n', 'a=1&'.repeat(1000)), [400, 403]],
    'SEC-HT-06 5 000 parameters in the query': [get(`/sso/callback?${'a=1&'.repeat(5000)}`), [414]],
    'SEC-HT-06 1 000 parameters in the query': [get(`/sso/callback?${'a=1&'.repeat(1000)}`), [400]],
    'broken UTF-8 in a form': [post('/login', 'Content-Length: 12\r\n', 'email=%ff%fe'), [400, 403]],
    'SEC-HT-09 multipart without a boundary': ['POST /login HTTP/1.1\r\nHost: app\r\nContent-Type: multipart/form-data\r\nContent-Length: 10\r\nConnection: close\r\n\r\n--\r\n\r\n--\r\n', [400, 403]],
    'SEC-HT-08 a body for the callback': ['GET /sso/callback HTTP/1.1\r\nHost: app\r\nContent-Length: 100000\r\nConnection: close\r\n\r\n', [400, 413]],
  };
  for (const [name, [bytes, allowed]] of Object.entries(rows)) {
    test(name, async () => {
      const answer = await requireRefused(bytes, allowed);
      assert.equal([...answer.text.matchAll(/HTTP\/1\.[01] \d{3} /g)].length, answer.status ? 1 : 0, `one answer to one request: ${answer.text}`);
      assert.doesNotMatch(answer.text, /100 Continue/);
    });
  }

  for (const length of ['0,3', '+3', '-3', '0x3', '3 3', '', '99999999999999999999', '3;q=1']) {
    test(`SEC-HT-04 Content-Length "${length}"`, () => requireRefused(post('/login', `Content-Length: ${length}\r\n`, 'a=b'), [length.length > 16 ? 413 : 400]));
  }

  test('SECURITY 5, item 6: an unread body is never the next request', async () => {
    const smuggled = 'GET /smuggled HTTP/1.1\r\nHost: app\r\n\r\n';
    for (const bytes of [post('/nothing', `Content-Length: ${smuggled.length}\r\n`, smuggled), `GET /login HTTP/1.1\r\nHost: app\r\nContent-Length: ${smuggled.length}\r\n\r\n${smuggled}`,
      post('/sso/callback', `Content-Length: ${smuggled.length}\r\n`, smuggled)]) {
      const answer = await raw(app, bytes);
      assert.equal([...answer.text.matchAll(/HTTP\/1\.1 \d{3} /g)].length, 1, answer.text.slice(0, 400));
    }
  });

  test('a body that ends early is no form', async () => {
    const mark = await auditMark(world);
    const answer = await raw(app, '', { hold: (socket) => socket.end(post('/login', 'Content-Length: 500\r\n', 'email=a')) });
    assert.equal(answer.status, 400, answer.text);
    assert.equal((await auditSince(world, mark)).length, 0);
  });
});

test('SEC-HT-18 a preflight from anywhere is told nothing that lets a page of another origin in', async () => {
  for (const target of ['/', '/me', '/login', '/sso/login', '/sso/callback', '/readyz', '/nowhere']) {
    for (const origin of ['https://attacker.example', 'null', world.baseUrl]) {
      const asked = `Host: app\r\nOrigin: ${origin}\r\nAccess-Control-Request-Method: POST\r\nAccess-Control-Request-Headers: x-any\r\nConnection: close\r\n\r\n`;
      const preflight = await raw(app, `OPTIONS ${target} HTTP/1.1\r\n${asked}`);
      assert.ok([403, 404, 405].includes(preflight.status), `${target}: ${preflight.status}`);
      const request = await raw(app, `GET ${target} HTTP/1.1\r\n${asked}`);
      assert.notEqual(request.status, 0, target);
      for (const answer of [preflight, request]) assert.doesNotMatch(answer.text, /access-control-/i, target);
    }
  }
});

test('two hundred of the worst at once: served meanwhile, and memory stays bounded', async (t) => {
  const worst = [get('/login', `X-Big: ${'a'.repeat(1 << 20)}\r\n`), post('/login', 'Transfer-Encoding: chunked\r\n', `${'1000\r\n' + 'a'.repeat(4096) + '\r\n'}`.repeat(50) + '0\r\n\r\n'),
    post('/login', 'Content-Length: 1073741824\r\n', 'a'.repeat(100_000)), get(`/sso/callback?${'a=%41&'.repeat(2500)}`)];
  const before = resident();
  let slowest = 0;
  const storm = Promise.all(Array.from({ length: 200 }, (_, i) => raw(app, worst[i % worst.length])));
  for (let i = 0; i < 20; i++) {
    const began = Date.now();
    assert.equal((await me(member)).status, 200);
    slowest = Math.max(slowest, Date.now() - began);
  }
  const answers = await storm;
  for (const answer of answers) assert.ok(answer.status === 0 ? answer.closed : answer.status >= 400 && answer.status < 500, `${answer.status}`);
  const grown = resident() - before;
  t.diagnostic(`a member's request took at most ${slowest} ms; memory ${Math.round(atRest)} MB at rest, grown by ${grown.toFixed(1)} MB in the storm`);
  assert.ok(slowest < 2000, `${slowest} ms`);
  // The sanitizers keep freed memory for a while, to notice its use.
  assert.ok(grown < (process.env.MODULAR_SSO_SANITIZE ? 512 : 64), `${grown} MB`);
});

test('SEC-LG-09 a storm of requests that are refused leaves a bounded log, and an exact count', async () => {
  const logins = () => app.output.split('event=sso.login.completed').length;
  const toldByALogin = async () => {
    const before = logins();
    assert.equal((await signIn(new Browser(world), { email: 'member@globex.example', given_name: 'Mia' })).status, 303);
    await until(() => logins() > before && app.output.endsWith('\n'));
  };
  await toldByALogin();  // a line of its own, with what the tests before have left uncounted
  const mark = app.output.length, began = Date.now(), storm = 600;
  for (let sent = 0; sent < storm; sent += 50) {
    const answers = await Promise.all(Array.from({ length: 50 }, () => raw(app, get('/log\xff\xfein'))));
    for (const answer of answers) assert.equal(answer.status, 400, answer.text);
  }
  await toldByALogin();
  const lines = app.output.slice(mark).split('\n');
  const written = lines.filter((line) => /event=http.request.(failed|refused)/.test(line)).length;
  const counted = lines.reduce((sum, line) => sum + Number(/ log_lines_suppressed=(\d+)/.exec(line)?.[1] ?? 0), 0);
  const minutes = (Date.now() - began) / 60_000;
  assert.ok(written <= 120 * (1 + minutes) + 1, `${written} lines`);
  assert.equal(written + counted, storm);
});

test('the log: one line an event, nothing secret, nobody named (SEC-LG-02, -05, SEC-AR-08)', () => {
  assert.ok(requireCleanLogs(world) > 20);
});
