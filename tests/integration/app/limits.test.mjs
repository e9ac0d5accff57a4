// SPDX-License-Identifier: Apache-2.0
// Limits that two instances share: of passwords, starts, callbacks and portal links (SEC-AR-06, SEC-AP-11). Nobody is kept
// out by somebody elsewhere, what came too early is not used up, and Retry-After is true.
import assert from 'node:assert/strict';
import http from 'node:http';
import { after, before, test } from 'node:test';

import { formFields } from '../../e2e/support/http_client.mjs';
import { World, organization } from '../../e2e/support/world.mjs';
import { Browser, auditMark, auditSince, me, query, requireCleanLogs, signIn, signInWithPassword, untilCallback } from './steps.mjs';

const email = 'pat@harbour-cafe.example', password = 'seven tidy marbles';
const perMinute = 3000, untold = 750;  // of starts, and of callbacks; what an instance does not tell the other
let world;
before(async () => { world = await World.start({ backend: 'postgres', instances: 2, env: { APP_TRUSTED_PROXIES: '127.0.0.1' } }); });
after(() => world?.stop());

/** A browser behind the proxy, at this address; each request goes to the other instance than the last one. */
class Elsewhere extends Browser {
  constructor(address) {
    super(world);
    this.address = address;
    this.turn = 0;
  }
  request(method, url, { headers = {}, ...rest } = {}) {
    this.at(world.apps[this.turn++ % 2]);
    return super.request(method, url, { headers: { ...headers, 'x-forwarded-for': this.address }, ...rest });
  }
  async tryPassword(word) {
    const fields = formFields((await this.get('/login?method=password')).text, '/login');
    this.turn++;  // one instance for every second try
    return this.post('/login', { ...fields, email, password: word });
  }
}
const requireWait = (answer, mostSeconds) => {
  assert.equal(answer.status, 429);
  const seconds = Number(answer.headers['retry-after']);
  assert.ok(Number.isInteger(seconds) && seconds >= 1 && seconds <= mostSeconds, answer.headers['retry-after']);
};

/** So many GETs from one address, to both instances in turn; how many had which status, and the last answer of each. */
async function flood(target, address, count) {
  const agents = world.apps.map(() => new http.Agent({ keepAlive: true, maxSockets: 16 }));
  const statuses = new Map();
  const one = (i) => new Promise((done, fail) => {
    const index = i % 2;
    http.get(`http://127.0.0.1:${world.apps[index].port}${target}`, { agent: agents[index], headers: { 'x-forwarded-for': address } }, (answer) => {
      answer.resume().on('end', () => {
        const seen = statuses.get(answer.statusCode) ?? { count: 0 };
        statuses.set(answer.statusCode, { count: seen.count + 1, headers: answer.headers });
        done();
      });
    }).on('error', fail);
  });
  let next = 0;
  await Promise.all(Array.from({ length: 32 }, async () => { while (next < count) await one(next++); }));
  for (const agent of agents) agent.destroy();
  return statuses;
}

test('eight wrong passwords on two instances together, and its owner signs in from elsewhere', async () => {
  const attacker = new Elsewhere('203.0.113.1');
  for (let i = 0; i < 8; i++) assert.equal((await attacker.tryPassword('wrong wrong wrong')).status, 401, `try ${i}`);
  for (let i = 0; i < 2; i++) requireWait(await attacker.tryPassword('wrong wrong wrong'), 1800);
  requireWait(await attacker.tryPassword(password), 1800);
  const owner = new Elsewhere('198.51.100.7');
  assert.equal((await owner.tryPassword(password)).status, 303, 'nobody is locked out');
  assert.equal((await me(owner)).status, 200);
  assert.deepEqual(await query(world, "SELECT count(*) FROM app_rate_counts WHERE id LIKE '%@%' OR length(id) <> 64"), ['0'], 'nobody is named');
});

test('SEC-AR-06 a flood of starts from one address is told to wait by both instances, and leaves no trail', async () => {
  const mark = await auditMark(world);
  const target = `/sso/login?organization_id=${organization.globex}`;
  const statuses = await flood(target, '203.0.113.2', perMinute + 2 * untold + 500);
  const began = statuses.get(302).count;
  assert.ok(began >= perMinute && began <= perMinute + 2 * untold, `${began} began`);
  const { headers } = statuses.get(429);
  requireWait({ status: 429, headers }, 120);
  assert.equal(headers.location, undefined);
  assert.equal(headers['set-cookie'], undefined);
  assert.equal(headers['cache-control'], 'no-store');
  assert.deepEqual([...statuses.keys()].sort(), [302, 429]);
  const page = await new Elsewhere('203.0.113.2').get(target);
  requireWait(page, 120);
  assert.match(page.text, /too many attempts/i);
  const json = await new Elsewhere('203.0.113.2').json(target);
  assert.equal(JSON.parse(json.text).error, 'rate_limited');
  assert.deepEqual(await auditSince(world, mark), []);
  const other = new Elsewhere('203.0.113.3');
  assert.equal((await signIn(other, { email: 'flood@globex.example', given_name: 'Flo' })).status, 303, 'others begin and finish');
});

test('starts for one address: limited for the network that asks, and for nobody else', async () => {
  const victim = 'victim@globex.example';
  const target = `/sso/login?email=${encodeURIComponent(victim)}`;
  const statuses = await flood(target, '203.0.113.4', 60);
  assert.ok(statuses.get(302).count <= 30 + 2 * 7, `${statuses.get(302).count} began`);
  requireWait({ status: 429, headers: statuses.get(429).headers }, 600);
  assert.equal((await signIn(new Elsewhere('203.0.113.5'), { email: victim, given_name: 'Vic' })).status, 303);
});

test('a callback that came too early is not used up', async () => {
  const browser = new Elsewhere('203.0.113.6');
  const url = await untilCallback(browser, { email: 'early@globex.example', given_name: 'Ea' });
  const statuses = await flood('/sso/callback?code=none&state=none', '203.0.113.6', perMinute + 2 * untold + 200);
  requireWait({ status: 429, headers: statuses.get(429).headers }, 120);
  const early = await browser.get(url);
  requireWait(early, 120);
  assert.equal(early.headers['referrer-policy'], 'no-referrer');
  browser.address = '203.0.113.7';  // as good as waiting
  assert.equal((await browser.get(url)).status, 303);
});

test('SEC-AP-11 portal links of one person: twenty a minute on both instances together', async () => {
  const owner = new Elsewhere('203.0.113.8');
  assert.equal((await owner.tryPassword(password)).status, 303);
  const token = formFields((await owner.get('/settings/sso')).text, '/settings/sso/portal-link').csrf_token;
  const statuses = [];
  for (let i = 0; i < 22; i++) statuses.push((await owner.post('/settings/sso/portal-link', { csrf_token: token }, { headers: { accept: 'application/json' } })).status);
  assert.deepEqual(statuses, [...Array(20).fill(200), 429, 429]);
});

test('the log: one line an event, nothing secret, nobody named; a flood is a number', async () => {
  assert.ok(requireCleanLogs(world) > 20);
  for (const app of world.apps) assert.ok(app.output.split('\n').filter((line) => line.includes('429')).length < 200);
});
