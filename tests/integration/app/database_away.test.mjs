// SPDX-License-Identifier: Apache-2.0
// PostgreSQL or Scalekit goes away and comes back: quick, honest answers meanwhile, and no restart afterwards.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Program, freePort, program, until } from '../../e2e/support/processes.mjs';
import { World } from '../../e2e/support/world.mjs';
import { Browser, authorize, begin, brokenAccounts, me, requireCleanLogs, signIn, signInWithPassword, untilCallback } from './steps.mjs';

const slowest = 4000;  // 3 s, and a second for this machine
let world, people = 0;
const somebody = () => ({ email: `away-${++people}@globex.example`, given_name: 'Away' });
const tokenRequests = async () => (await world.control('GET', '/simulator/counters')).token;
const readiness = async () => {
  const answer = await new Browser(world).json('/readyz');
  return { status: answer.status, ...JSON.parse(answer.text) };
};
const timed = async (work) => {
  const began = Date.now();
  const answer = await work();
  return { ...answer, ms: Date.now() - began };
};

before(async () => { world = await World.start({ backend: 'postgres' }); });
after(() => world?.stop());

for (const mode of ['fast', 'immediate']) {
  test(`PostgreSQL stopped (${mode}) in the middle of a login: 503 meanwhile, and the login finishes afterwards`, async (t) => {
    const member = new Browser(world);
    assert.equal((await signIn(member, somebody())).status, 303);
    const browser = new Browser(world);
    const url = await untilCallback(browser, somebody(), { returnTo: '/account' });
    const form = await new Browser(world).get('/login');
    assert.equal(form.status, 200);
    world.postgres.stop(mode);
    const asked = await tokenRequests();
    let longest = 0;
    const away = async (name, work, type = /text\/html/) => {
      const answer = await timed(work);
      longest = Math.max(longest, answer.ms);
      assert.equal(answer.status, 503, `${name}: ${answer.status} ${answer.text}`);
      assert.ok(answer.ms < slowest, `${name} took ${answer.ms} ms`);
      assert.match(answer.headers['content-type'], type);
      assert.doesNotMatch(answer.text, /SQL|libpq|server closed|socket|soci/i);
      return answer;
    };
    await away('dashboard', () => member.get('/dashboard'));
    await away('account', () => member.get('/account'));
    await away('me', () => member.json('/me'), /json/);
    const refused = await away('callback', () => browser.json(url), /json/);
    const { error, reference } = JSON.parse(refused.text);
    assert.equal(error, 'storage_unavailable');
    await away('callback as a page', () => browser.get(url));
    await away('password', () => signInWithPassword(new Browser(world), 'pat@harbour-cafe.example', 'seven tidy marbles'));
    await away('readyz', () => member.json('/readyz'), /json/);
    assert.deepEqual(await readiness(), { status: 503, ready: false, database: false, keys: true, stopping: false });
    assert.equal((await member.get('/healthz')).status, 200);
    for (const path of ['/', '/login', '/robots.txt']) assert.equal((await new Browser(world).get(path)).status, 200, path);
    assert.equal(await tokenRequests(), asked, 'SEC-DB-01: no code travels while it cannot be used up');
    // N5: what the audit store could not take is in the log under the same reference.
    assert.match(world.apps[0].output, new RegExp(`event=sso\\.audit\\.lost reference=${reference} .*event=sso\\.login\\.error`));

    world.postgres.start();
    const back = Date.now();
    await until(async () => (await readiness()).status === 200, 5000, 'ready again');
    t.diagnostic(`longest answer while away ${longest} ms; ready again after ${Date.now() - back} ms`);
    assert.equal((await me(member)).status, 200, 'N1: the session is still there');
    const done = await browser.get(url);
    assert.equal(done.status, 303, `the login that began before: ${done.text}`);
    assert.equal((await me(browser)).status, 200);
    // Every connection of the pool works again, not only the one that was asked first.
    const answers = await Promise.all(Array.from({ length: 40 }, () => member.get('/dashboard')));
    assert.deepEqual([...new Set(answers.map((a) => a.status))], [200]);
  });
}

test('PostgreSQL frozen in the middle of a login: each request ends with 503 in time, and all goes on after SIGCONT', async (t) => {
  const limit = 9000;  // 5 s until the watchdog bites, 2 s for a connection, and this machine; N7 says 15 s
  const member = new Browser(world);
  assert.equal((await signIn(member, somebody())).status, 303);
  const browser = new Browser(world);
  const url = await untilCallback(browser, somebody(), { returnTo: '/account' });
  await Promise.all(Array.from({ length: 40 }, () => member.get('/dashboard')));  // every pooled connection is open
  const asked = await tokenRequests();
  world.postgres.freeze();
  const answers = [];
  try {
    const all = [
      ...Array.from({ length: 20 }, () => member.get('/dashboard')), ...Array.from({ length: 20 }, () => member.json('/me')),
      browser.json(url), member.json('/readyz'), signInWithPassword(new Browser(world), 'pat@harbour-cafe.example', 'seven tidy marbles'),
    ];
    answers.push(...await Promise.all(all.map((work) => timed(() => work))));
    for (let i = 0; i < 5; i++) answers.push(await timed(() => member.get('/dashboard')));
    assert.equal((await member.get('/healthz')).status, 200);
  } finally {
    world.postgres.thaw();
  }
  const longest = Math.max(...answers.map((answer) => answer.ms));
  for (const answer of answers) assert.equal(answer.status, 503, answer.text);
  assert.ok(longest < limit, `${longest} ms`);
  assert.equal(await tokenRequests(), asked, 'SEC-DB-01: no code travels while it cannot be used up');
  const back = Date.now();
  await until(async () => (await readiness()).status === 200, 5000, 'ready again');
  t.diagnostic(`longest answer while frozen ${longest} ms; ready again after ${Date.now() - back} ms`);
  assert.equal((await me(member)).status, 200, 'N1: the session is still there');
  const again = new Browser(world);
  assert.equal((await signIn(again, somebody())).status, 303, 'N6: a login is simply started again');
  const statuses = await Promise.all(Array.from({ length: 40 }, () => member.get('/dashboard')));
  assert.deepEqual([...new Set(statuses.map((answer) => answer.status))], [200]);
  const used = Number(world.postgres.query("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'modular-sso'"));
  assert.ok(used <= 16, `${used} connections: some were leaked`);
  assert.deepEqual(await brokenAccounts(world, 'away-%'), []);
});

test('PostgreSQL restarted four times under load: only 303 and 503, quickly; nobody loses anything', async (t) => {
  let over = false, longest = 0, refused = 0;
  const inside = [], statuses = new Map();
  const step = async (work) => {
    const answer = await timed(work);
    longest = Math.max(longest, answer.ms);
    statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
    assert.ok([302, 303, 503].includes(answer.status), `a ${answer.status}: ${answer.text}`);
    return answer;
  };
  const attempt = async (person, browser) => {
    const started = await step(() => begin(browser, { email: person.email }));
    const done = started.status === 302 && await step(async () => browser.get(await authorize(browser, started.headers.location, person)));
    if (done.status === 303) return true;
    refused++;
    return false;
  };
  const worker = async () => {
    while (!over) {
      const person = somebody(), browser = new Browser(world), began = Date.now();
      // N6: whoever was refused simply starts again, in the same browser, and is less hasty each time: the thirtieth start for
      // one address within five minutes would be told to wait, and on a slow machine PostgreSQL is away for long.
      for (let pause = 20; !await attempt(person, browser); pause = Math.min(2 * pause, 1000)) {
        assert.ok(Date.now() - began < 20000, `${person.email} does not get in`);
        await new Promise((done) => setTimeout(done, pause));
      }
      inside.push({ person, browser });
    }
  };
  const load = Promise.all(Array.from({ length: 6 }, worker));
  for (const mode of ['fast', 'immediate', 'fast', 'immediate']) {
    const goal = inside.length + 25;
    await until(() => inside.length >= goal, 20000, 'logins between restarts');
    const before = refused;
    await world.postgres.stopBeside(mode);
    await until(() => refused > before, 10000, 'a refused login while away');
    await world.postgres.startBeside();
  }
  over = true;
  await load;
  t.diagnostic(`${inside.length} logins, ${refused} refused on the way, answers ${JSON.stringify([...statuses])}, longest ${longest} ms`);
  assert.ok(longest < slowest, `${longest} ms`);
  assert.deepEqual(await brokenAccounts(world, 'away-%'), []);
  for (const { person, browser } of inside) assert.equal((await me(browser)).status, 200, person.email);  // N1
});

test('started while PostgreSQL is away: it says so and ends', async () => {
  world.postgres.stop('fast');
  try {
    const app = new Program('host-app', program('host-app/host-app'), [], world.appEnv(await freePort()));
    world.everyApp.push(app);
    await until(() => app.exit, 10000, 'the end of the program');
    assert.notEqual(app.exit.code, 0);
    assert.ok(app.output.split('\n').length <= 3, app.output);
    assert.doesNotMatch(app.output, /libpq|soci|\/tmp\//i);
  } finally {
    world.postgres.start();
    await until(async () => (await readiness()).status === 200, 5000, 'ready again');
  }
});

test('Scalekit gone or silent: passwords and sessions go on, logins are refused in time, and come back by themselves', async (t) => {
  const member = new Browser(world);
  assert.equal((await signIn(member, somebody())).status, 303);
  for (const [signal, limit] of [['SIGSTOP', 7000], ['SIGKILL', 3000]]) {
    const waiting = [];
    for (let i = 0; i < 8; i++) {
      const browser = new Browser(world);
      waiting.push({ browser, url: await untilCallback(browser, somebody()) });
    }
    world.simulator.child.kill(signal);
    if (signal === 'SIGKILL') await world.simulator.exited;
    const callbacks = Promise.all(waiting.map(({ browser, url }) => timed(() => browser.get(url))));
    let slowestMember = 0;
    for (let i = 0; i < 30; i++) {  // meanwhile, with eight logins waiting
      const answer = await timed(() => member.get('/dashboard'));
      assert.equal(answer.status, 200);
      slowestMember = Math.max(slowestMember, answer.ms);
    }
    const password = new Browser(world);
    assert.equal((await signInWithPassword(password, 'pat@harbour-cafe.example', 'seven tidy marbles')).status, 303);
    assert.equal((await me(password)).status, 200);
    assert.deepEqual(await readiness(), { status: 200, ready: true, database: true, keys: true, stopping: false }, 'known keys keep it ready: everything but a new company sign-in works');
    let slowestCallback = 0;
    for (const answer of await callbacks) {
      assert.ok([502, 503].includes(answer.status), `${answer.status} ${answer.text}`);
      assert.ok(answer.ms < limit, `${signal}: ${answer.ms} ms`);
      slowestCallback = Math.max(slowestCallback, answer.ms);
    }
    for (const { browser } of waiting) assert.equal((await me(browser)).status, 401);
    t.diagnostic(`${signal}: callbacks refused within ${slowestCallback} ms, a member's page within ${slowestMember} ms`);
    if (signal === 'SIGSTOP') world.simulator.child.kill('SIGCONT');
    else await world.startSimulator();  // with other keys: a hard rotation on top
    const back = Date.now();
    await until(async () => {
      const browser = new Browser(world);
      const started = await begin(browser, { organization_id: 'org_70000000000000011' });
      if (started.status !== 302) return false;
      return (await signIn(browser, somebody())).status === 303;
    }, 10000, 'a login after Scalekit came back');
    t.diagnostic(`${signal}: the first login ${Date.now() - back} ms after it came back`);
  }
});

test('started while Scalekit is away: alive, not ready, passwords work; ready by itself afterwards', async () => {
  world.simulator.child.kill('SIGKILL');
  await world.simulator.exited;
  const port = await freePort();
  const app = new Program('host-app', program('host-app/host-app'), [], world.appEnv(port));
  Object.assign(app, { port, url: `http://127.0.0.1:${port}` });
  world.everyApp.push(app);
  world.apps.push(app);
  try {
    await app.ready(`${app.url}/healthz`);
    const ready = await new Browser(world, app).json('/readyz');
    assert.deepEqual([ready.status, JSON.parse(ready.text).keys], [503, false]);
    const browser = new Browser(world, app);
    assert.equal((await signInWithPassword(browser, 'pat@harbour-cafe.example', 'seven tidy marbles')).status, 303);
    const began = await timed(() => begin(new Browser(world, app), { organization_id: 'org_70000000000000011' }));
    assert.ok([502, 503].includes(began.status), began.text);
    assert.ok(began.ms < slowest);
    await world.startSimulator();
    await until(async () => (await new Browser(world, app).get('/readyz')).status === 200, 20000, 'ready by itself');
    assert.equal((await signIn(new Browser(world, app), somebody())).status, 303);
  } finally {
    await app.stop();
    world.apps.pop();
  }
});

test('the logs: one line an event, nothing secret, nobody named (SEC-LG-02, -04, SEC-AR-08)', () => {
  assert.ok(requireCleanLogs(world) > 50);
});
