// SPDX-License-Identifier: Apache-2.0
// The application speaks TLS itself: versions, a sign-in through it, a certificate renewed while it runs, and settings that
// cannot be (SEC-HT-19).
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import https from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import tls from 'node:tls';
import { after, before, test } from 'node:test';

import { formFields } from '../../e2e/support/http_client.mjs';
import { Program, freePort, program, sourceDir, until } from '../../e2e/support/processes.mjs';

let folder, port, app, env, agent;
const path = (name) => join(folder, name);
/** A self-signed certificate and its key, laid down as NAME.pem and NAME.key. */
const makeCertificate = (name) => execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '60', '-subj', `/CN=${name}`,
  '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1', '-keyout', path(`${name}.key`), '-out', path(`${name}.pem`)], { stdio: 'ignore' });
/** Takes the place of what the application reads, in one go. */
const install = (from, to) => { writeFileSync(path('new'), readFileSync(path(from))); renameSync(path('new'), path(to)); };
const trusted = () => ['first', 'second'].map((name) => readFileSync(path(`${name}.pem`)));
const logLines = (name) => app.output.split(name).length - 1;

/** Shakes hands; resolves with the connection, or null when it is refused. */
const connect = (options = {}) => new Promise((done) => {
  const socket = tls.connect({ host: '127.0.0.1', port, servername: 'localhost', ca: trusted(), ...options }, () => done(socket));
  socket.on('error', () => done(null));
});
const request = (target, { method = 'GET', headers = {}, body } = {}) => new Promise((done, fail) => {
  https.request(`https://localhost:${port}${target}`, { method, headers, agent, ca: trusted() }, (answer) => {
    let text = '';
    answer.setEncoding('utf8').on('data', (data) => { text += data; }).on('end', () => done({ status: answer.statusCode, headers: answer.headers, text }));
  }).on('error', fail).end(body);
});

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sso-tls-'));
  for (const name of ['first', 'second']) makeCertificate(name);
  install('first.pem', 'chain.pem');
  install('first.key', 'key.pem');
  port = await freePort();
  agent = new https.Agent({ keepAlive: true, maxSockets: 1 });
  env = { APP_ENV: 'production', APP_BASE_URL: `https://localhost:${port}`, APP_LISTEN: `127.0.0.1:${port}`, APP_SECRET_KEYS: randomBytes(32).toString('base64'),
    DATABASE_URL: `sqlite://${path('app.db')}`, SCALEKIT_ENVIRONMENT_URL: 'https://localhost:9', SCALEKIT_CLIENT_ID: 'skc_70000000000000000', SCALEKIT_CLIENT_SECRET: 'live_kR7vQ2mXw9ZpL4tB',
    APP_TLS_CERTIFICATE: path('chain.pem'), APP_TLS_KEY: path('key.pem') };
  app = new Program('host-app', program('host-app/host-app'), ['--seed', join(sourceDir, 'host-app/seed.demo.json')], env);
  await until(async () => {
    if (app.exit) throw new Error(app.output);
    try { return (await request('/healthz')).status === 200; } catch { return false; }
  }, 30_000, 'the application');
});
after(async () => {
  agent?.destroy();
  await app?.stop();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

test('SEC-HT-19 TLS 1.2 and 1.3, with a server name or without; nothing older; no renegotiation', async () => {
  for (const version of ['TLSv1.2', 'TLSv1.3']) {
    for (const name of [{}, { servername: '', host: '127.0.0.1' }]) {
      const socket = await connect({ minVersion: version, maxVersion: version, ...name });
      assert.equal(socket?.getProtocol(), version);
      socket.destroy();
    }
  }
  for (const version of ['TLSv1', 'TLSv1.1']) {
    assert.equal(await connect({ minVersion: version, maxVersion: version, ciphers: 'DEFAULT@SECLEVEL=0' }), null, version);
  }
  const socket = await connect({ maxVersion: 'TLSv1.2' });
  const again = await new Promise((done) => {
    socket.on('error', done).on('close', () => done(new Error('closed')));
    socket.renegotiate({}, (error) => done(error ?? 'new keys'));
  });
  assert.ok(again instanceof Error, String(again));
});

test('a password sign-in through it: Secure cookies, HSTS, one connection kept', async () => {
  const page = await request('/login?method=password');
  assert.match(page.headers['strict-transport-security'], /max-age=\d{8}/);
  const cookies = new Map();
  const keep = (answer) => {
    for (const line of answer.headers['set-cookie'] ?? []) {
      assert.match(line, /^__Host-[^;]+; .*Secure/);
      const [name, value] = line.split(';')[0].split(/=(.*)/);
      cookies.set(name, value);
    }
  };
  const cookie = () => [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  keep(page);
  const body = new URLSearchParams({ ...formFields(page.text, '/login'), email: 'pat@harbour-cafe.example', password: 'seven tidy marbles' }).toString();
  const answer = await request('/login', { method: 'POST', body, headers: { cookie: cookie(), origin: env.APP_BASE_URL, 'content-type': 'application/x-www-form-urlencoded', 'content-length': body.length } });
  assert.equal(answer.status, 303, answer.text);
  keep(answer);
  const me = await request('/me', { headers: { cookie: cookie(), accept: 'application/json' } });
  assert.equal(me.status, 200);
  assert.match(me.text, /pat@harbour-cafe\.example/);
});

test('a renewed certificate is taken into use without a restart, and a broken one is not', async () => {
  const shown = async () => { const socket = await connect(); const { subject } = socket.getPeerCertificate(); socket.destroy(); return subject.CN; };
  const told = (name, times) => until(() => logLines(name) === times, 10_000, name);
  const old = await connect();
  assert.equal(await shown(), 'first');
  install('second.pem', 'chain.pem');
  app.child.kill('SIGHUP');
  await told('app.certificate.refused', 1);
  assert.equal(await shown(), 'first', 'the key does not fit yet');
  install('second.key', 'key.pem');
  app.child.kill('SIGHUP');
  await told('app.certificate.renewed', 1);
  assert.equal(await shown(), 'second');
  old.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n');
  const [answer] = await new Promise((done) => old.once('data', (data) => done([String(data)])));
  assert.match(answer, /^HTTP\/1\.1 200 /, 'who was there goes on');
  old.destroy();
  assert.ok(!app.output.includes('BEGIN'), 'nothing of the key in the log');
});

test('SEC-CF START: settings that cannot be are named, and nothing is served', async () => {
  const wrong = [
    [{ APP_TLS_KEY: undefined }, /APP_TLS_CERTIFICATE, APP_TLS_KEY: one without the other/],
    [{ APP_TLS_KEY: path('nowhere.key') }, /APP_TLS_CERTIFICATE, APP_TLS_KEY: .*nowhere\.key: cannot be read/],
    [{ APP_TLS_KEY: path('first.key') }, /first\.key: no private key of the certificate/],
    [{ APP_ENV: 'development', APP_BASE_URL: 'http://localhost:8080' }, /APP_TLS_CERTIFICATE: APP_BASE_URL begins with https/],
  ];
  await Promise.all(wrong.map(async ([changed, words]) => {
    const other = Object.fromEntries(Object.entries({ ...env, APP_LISTEN: '127.0.0.1:0', ...changed }).filter(([, value]) => value !== undefined));
    const failing = new Program('host-app', program('host-app/host-app'), [], other);
    assert.deepEqual(await failing.exited, { code: 2, signal: null });
    assert.match(failing.output, words);
  }));
});
