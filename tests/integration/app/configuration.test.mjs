// SPDX-License-Identifier: Apache-2.0
// The program as an operator starts it, wrongly and rightly (SEC-CF). START of SECURITY section 0: it ends within two seconds,
// not with 0, after one line that names the setting and never its value.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { Program, freePort, program, sourceDir, until } from '../../e2e/support/processes.mjs';
import { World, clientId } from '../../e2e/support/world.mjs';
import { Browser, everyRow, me, query, requireCleanLogs, signIn, signOut, untilCallback } from './steps.mjs';

const marker = 'MARKER-7f3a9c';
let folder;
before(() => { folder = mkdtempSync(join(tmpdir(), 'sso-configuration-')); });
after(() => rmSync(folder, { recursive: true, force: true }));

const start = (env, args = []) => new Program('host-app', program('host-app/host-app'), args, env);
const sound = async () => ({ APP_ENV: 'production', APP_BASE_URL: 'https://app.acme-corp.com', APP_LISTEN: `127.0.0.1:${await freePort()}`, APP_DATA: folder,
  APP_SECRET_KEYS: randomBytes(32).toString('base64'), DATABASE_URL: `sqlite://${folder}/app.db`, SCALEKIT_ENVIRONMENT_URL: 'https://acme.scalekit.com', SCALEKIT_CLIENT_ID: clientId,
  SCALEKIT_CLIENT_SECRET: `live_${randomBytes(16).toString('hex')}` });
const ends = async (app) => {
  const began = Date.now();
  await until(() => app.exit, 10000, `the end of the program\n${app.output}`);
  return Date.now() - began;
};
// The sanitizers' programs take their time to start and to end.
const startLimit = process.env.MODULAR_SSO_SANITIZE ? 10000 : 2000;

describe('what must not start', () => {
  const rows = [
    ['SEC-CF-01 no client secret', { SCALEKIT_CLIENT_SECRET: undefined }, 'SCALEKIT_CLIENT_SECRET'],
    ['SEC-CF-01 an empty client secret', { SCALEKIT_CLIENT_SECRET: '' }, 'SCALEKIT_CLIENT_SECRET'],
    ['SEC-CF-01 a placeholder', { SCALEKIT_CLIENT_SECRET: `changeme-${marker}` }, 'SCALEKIT_CLIENT_SECRET'],
    ['SEC-CF-01 no client id', { SCALEKIT_CLIENT_ID: undefined }, 'SCALEKIT_CLIENT_ID'],
    ['SEC-CF-01 no environment', { SCALEKIT_ENVIRONMENT_URL: undefined }, 'SCALEKIT_ENVIRONMENT_URL'],
    ['SEC-CF-01 no address of its own', { APP_BASE_URL: undefined }, 'APP_BASE_URL'],
    ['SEC-CF-01 no keys', { APP_SECRET_KEYS: undefined }, 'APP_SECRET_KEYS'],
    ['SEC-CF-02 http to Scalekit', { SCALEKIT_ENVIRONMENT_URL: `http://${marker}.scalekit.com` }, 'SCALEKIT_ENVIRONMENT_URL'],
    ['SEC-CF-02 http to Scalekit in development', { APP_ENV: 'development', SCALEKIT_ENVIRONMENT_URL: `http://${marker}.scalekit.com` }, 'SCALEKIT_ENVIRONMENT_URL'],
    ['SEC-CF-02 an http address of its own', { APP_BASE_URL: `http://${marker}.acme-corp.com` }, 'APP_BASE_URL'],
    ['SEC-CF-03 an environment with a path', { SCALEKIT_ENVIRONMENT_URL: `https://acme.scalekit.com/${marker}` }, 'SCALEKIT_ENVIRONMENT_URL'],
    ['SEC-CF-03 an environment with user-info', { SCALEKIT_ENVIRONMENT_URL: `https://${marker}@acme.scalekit.com` }, 'SCALEKIT_ENVIRONMENT_URL'],
    ['SEC-CF-07 a misspelt setting', { APP_BASEURL: marker }, 'APP_BASEURL'],
    ['SEC-CF-07 an environment that is none', { APP_ENV: `prod-${marker}` }, 'APP_ENV'],
    ['SEC-CF-09 PostgreSQL elsewhere without TLS', { DATABASE_URL: `postgresql://app:${marker}@db.acme-corp.com/app` }, 'DATABASE_URL'],
    ['SEC-CF-09 PostgreSQL elsewhere with TLS that checks no name', { DATABASE_URL: `postgresql://app:${marker}@db.acme-corp.com/app?sslmode=require` }, 'DATABASE_URL'],
    ['SEC-CF-13 the local Scalekit in production', { SCALEKIT_CLIENT_SECRET: 'test_local_simulator_secret' }, 'SCALEKIT_CLIENT_SECRET'],
  ];
  for (const [name, change, setting] of rows) {
    test(name, async () => {
      const env = Object.fromEntries(Object.entries({ ...(await sound()), ...change }).filter(([, value]) => value !== undefined));
      const app = start(env);
      assert.ok(await ends(app) < startLimit);
      assert.equal(app.exit.code, 2, app.output);
      const lines = app.output.trimEnd().split('\n');
      assert.ok(lines[0].includes(setting), app.output);
      assert.ok(lines.length <= 2, app.output);  // the problem, and perhaps what to do
      for (const value of [marker, ...Object.entries(change).filter(([n]) => /SECRET|KEYS|DATABASE/.test(n)).map(([, v]) => v)]) {
        if (value) assert.ok(!app.output.includes(value), app.output);
      }
    });
  }

  for (const args of [[`--client-secret=${marker}`], ['--client-secret', marker], ['--scalekit-client-secret', marker], [`--APP_SECRET_KEYS=${marker}`], [marker], ['-s', marker], [`-s${marker}`]]) {
    test(`SEC-CF-04 a secret on the command line is refused and not repeated: ${args.join(' ').replace(marker, '...')}`, async () => {
      const app = start(await sound(), args);
      await ends(app);
      assert.equal(app.exit.code, 2, app.output);
      assert.ok(!app.output.includes(marker), app.output);
      if (args[0].startsWith('-')) assert.match(app.output, /environment or a file/);
    });
  }
});

describe('what starts', () => {
  test('SEC-CF-04, -05, -12 in production: readable secrets and debug switches are named, no core is dumped, nothing is told', async () => {
    const { SCALEKIT_CLIENT_SECRET: secret, ...env } = await sound();
    const file = join(folder, 'app.env');
    writeFileSync(file, `SCALEKIT_CLIENT_SECRET=${secret}\n`);
    const keyLog = join(folder, 'tls-keys');
    for (const [mode, warned] of [[0o644, true], [0o640, true], [0o600, false]]) {
      chmodSync(file, mode);
      const app = start({ ...env, SSLKEYLOGFILE: keyLog, LD_PRELOAD: '' }, ['--config', file]);
      try {
        await until(() => app.exit || app.output.includes('listening on'), 20000, app.output);
        assert.equal(app.exit, undefined, app.output);
        assert.equal(/app\.env holds secrets and can be read by others/.test(app.output), warned, `mode ${mode.toString(8)}: ${app.output}`);
        assert.match(app.output, /SSLKEYLOGFILE is ignored/);
        assert.doesNotMatch(app.output, /LD_PRELOAD/, 'an empty variable is an unset one');
        assert.match(readFileSync(`/proc/${app.child.pid}/limits`, 'utf8'), /Max core file size +0 +0 /);
        const command = readFileSync(`/proc/${app.child.pid}/cmdline`, 'utf8');
        for (const value of [secret, env.APP_SECRET_KEYS]) assert.ok(!command.includes(value) && !app.output.includes(value));
      } finally {
        await app.stop();
      }
    }
    assert.ok(!existsSync(keyLog));
  });

  test('SEC-CF-05 --help and --print-config hold no secret', async () => {
    const env = await sound();
    for (const [args, wanted] of [[['--help'], '--config'], [['--print-config'], 'SCALEKIT_CLIENT_SECRET=(set']]) {
      const app = start(env, args);
      await ends(app);
      assert.equal(app.exit.code, 0, app.output);
      assert.ok(app.output.includes(wanted), app.output);
      for (const value of [env.SCALEKIT_CLIENT_SECRET, env.APP_SECRET_KEYS, env.DATABASE_URL]) assert.ok(!app.output.includes(value), app.output);
    }
  });
});

describe('a running application', () => {
  let world;
  before(async () => { world = await World.start({ backend: 'postgres', env: { APP_SCALEKIT_LOGOUT: 'true' } }); });
  after(() => world?.stop());
  const somebody = (name) => ({ email: `${name}@globex.example`, given_name: name, family_name: 'Tester' });

  test('SEC-TR-15 only the ID token is kept, sealed, and goes with the session', async () => {
    const browser = new Browser(world);
    assert.equal((await signIn(browser, somebody('kept'))).status, 303);
    const [row] = await query(world, 'SELECT id_token_sealed FROM app_sessions');
    assert.ok(row.length > 500, 'it is there');
    assert.doesNotMatch(await everyRow(world), /eyJ[A-Za-z0-9_-]{10,}\.eyJ/, 'no token is readable anywhere');
    assert.match((await signOut(browser, { company: '1' })).text, /id_token_hint=eyJ/, 'it travels to Scalekit, and only there');
    assert.deepEqual(await query(world, 'SELECT count(*) FROM app_sessions'), ['0']);
  });

  test('SEC-CF-08 a new key in front, the old one away a day later: nobody is signed out, no login breaks', async () => {
    const browser = new Browser(world);
    assert.equal((await signIn(browser, somebody('rotating'))).status, 303);
    const pending = new Browser(world);
    const url = await untilCallback(pending, somebody('pending'));
    const [older, newer] = [world.secretKeys, randomBytes(32).toString('base64')];
    world.apps[0].env = { ...world.apps[0].env, APP_SECRET_KEYS: `${newer} ${older}` };
    await world.restartApp(0);
    assert.equal((await me(browser)).status, 200);
    assert.equal((await pending.get(url)).status, 303, 'begun under the old key');
    world.apps[0].env = { ...world.apps[0].env, APP_SECRET_KEYS: newer };
    await world.restartApp(0);
    for (const each of [browser, pending]) assert.equal((await me(each)).status, 200);
    assert.ok((await signOut(browser)).status < 400, 'its forms work');
  });

  test('SEC-LG-10 the role of docs/DATABASE.md serves the application and cannot touch the trail', async () => {
    for (const file of ['db/roles.postgres.sql', 'host-app/roles.postgres.sql']) world.postgres.query(readFileSync(join(sourceDir, file), 'utf8'));
    world.postgres.query('CREATE ROLE fieldnote LOGIN IN ROLE sso_app');
    const [app] = world.apps;
    app.env = { ...app.env, DATABASE_URL: world.databaseUrl.replace('//app@', '//fieldnote@') };
    await world.restartApp(0);
    const browser = new Browser(world);
    assert.equal((await signIn(browser, somebody('least'))).status, 303);
    assert.equal((await me(browser)).status, 200);
    assert.equal((await browser.get('/account')).status, 200);
    assert.deepEqual(await query(world, "SELECT count(*) > 0 FROM pg_stat_activity WHERE usename = 'fieldnote'"), ['t']);
    for (const sql of ['DELETE FROM sso_audit_events', "UPDATE sso_audit_events SET name = 'x'", 'TRUNCATE sso_audit_events']) {
      assert.throws(() => world.postgres.run('psql', ['-h', world.postgres.dir, '-U', 'fieldnote', '-d', 'app', '-X', '-c', sql]), /permission denied/, sql);
    }
    assert.ok((await signOut(browser)).status < 400);
    assert.equal((await me(browser)).status, 401);
  });

  test('SEC-LG-10 --migrate-only brings the tables up and ends', async () => {
    world.postgres.psql('CREATE DATABASE fresh');
    const env = { ...world.appEnv(await freePort()), DATABASE_URL: world.databaseUrl.replace('/app?', '/fresh?') };
    const refused = start({ ...env, DATABASE_URL: env.DATABASE_URL.replace('//app@', '//fieldnote@') });
    await ends(refused);
    assert.equal(refused.exit.code, 2, refused.output);
    assert.match(refused.output, /--migrate-only/);
    const app = start(env, ['--migrate-only']);
    await ends(app);
    assert.deepEqual([app.exit.code, app.output], [0, '']);
    assert.equal(world.postgres.psql('SELECT count(*) > 0 FROM app_migrations', 'fresh'), 't');
  });

  test('the log: one line an event, nothing secret, nobody named (SEC-LG-02, -04, SEC-AR-08)', () => {
    assert.ok(requireCleanLogs(world) > 5);
  });
});
