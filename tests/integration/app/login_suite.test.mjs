// SPDX-License-Identifier: Apache-2.0
// The login as a person sees it, over real HTTP, the same on SQLite and PostgreSQL: ways in, refusals, ways out.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { formFields } from '../../e2e/support/http_client.mjs';
import { World, clientId, connection, defaultSeed } from '../../e2e/support/world.mjs';
import { Browser, accountOf, auditMark, auditSince, authorize, begin, fingerprint, me, query, requireCleanLogs, secretsOf, signIn,
  signInWithPassword, signOut, untilCallback } from './steps.mjs';

// One organization for each policy; its number makes its ids on both sides.
const policies = {
  plain: { policy: {} },
  untrusted: { policy: { trusted_connections: [] } },
  roleless: { policy: { default_role: undefined } },
  closed: { policy: { jit_provisioning: false } },
  directory: { policy: { directory_active: true, jit_provisioning: false } },
  automatic: { policy: { link_existing: 'automatic' } },
  off: { policy: { mode: 'off' } },
  suspended: { status: 'suspended', policy: {} },
  disabled: { policy: {} },
};
// A company with two domains, and a connection for each.
const twin = { org: 'org_81000000000000001', east: 'conn_81000000000000002', west: 'conn_81000000000000003' };
const ids = Object.fromEntries(Object.keys(policies).map((name, i) => [name, { org: `org_8000000000000${i}001`, conn: `conn_8000000000000${i}002` }]));

function seed() {
  const all = defaultSeed();
  for (const [name, { status, policy }] of Object.entries(policies)) {
    all.organizations.push({ organization_id: ids[name].org, tenant_id: name, name: `The ${name} company`, domains: [`${name}.example`], status,
      policy: { mode: 'optional', default_role: 'member', trusted_connections: [ids[name].conn], ...policy }, members: [] });
  }
  all.organizations.push({ organization_id: twin.org, tenant_id: 'twin', name: 'The twin company', domains: ['east.example', 'west.example'],
    policy: { default_role: 'member', trusted_connections: [twin.east, twin.west] }, members: [] });
  const members = (name) => all.organizations.find((o) => o.tenant_id === name).members;
  members('plain').push(
    { email: 'paused@plain.example', name: 'Paula Paused', state: 'suspended' },
    { email: 'gone@plain.example', name: 'Gil Gone', state: 'deprovisioned' },
    { email: 'glass@plain.example', name: 'Gus Glass', role: 'owner', break_glass: true, password: 'amber window frame' },
    { email: 'unconfirmed@plain.example', name: 'Una Unconfirmed', email_verified: false, password: 'borrowed paper boat' });
  members('automatic').push({ email: 'linked@automatic.example', name: 'Lina Linked' }, { email: 'chief@automatic.example', name: 'Cleo Chief', role: 'owner', password: 'orange kettle drum' });
  members('harbour-cafe').push({ email: 'guest@plain.example', name: 'Gwen Guest', password: 'little copper spoon' });
  return all;
}

const organizations = Object.entries(ids).map(([name, { org, conn }], i) => ({ id: org, display_name: `The ${name} company`, slug: name,
  domains: [{ id: `dom_8000000000000${i}003`, domain: `${name}.example` }],
  connections: [{ id: conn, provider: 'OKTA', type: 'OIDC', enabled: name !== 'disabled', people: [] }] }));

organizations.push({ id: twin.org, display_name: 'The twin company', slug: 'twin',
  domains: [{ id: 'dom_81000000000000004', domain: 'east.example' }, { id: 'dom_81000000000000005', domain: 'west.example' }],
  connections: ['east', 'west'].map((side) => ({ id: twin[side], provider: 'OKTA', type: 'OIDC', domains: [`${side}.example`], people: [] })) });

for (const backend of ['sqlite', 'postgres']) {
  describe(`login on ${backend}`, () => {
    let world;
    before(async () => { world = await World.start({ backend, seed: seed(), organizations }); });
    after(() => world?.stop());

    test('an address leads to its company, a choice, or a password, and never says who exists', async () => {
      const browser = new Browser(world);
      const ask = async (email, more = {}) => {
        const form = formFields((await browser.get('/login')).text, '/login');
        secretsOf(world).add(email);
        return browser.post('/login', { ...form, email, ...more });
      };
      const required = await ask('nobody-knows@acme.example');
      assert.equal(required.status, 200);
      const leave = /id="continue" href="([^"]*)"/.exec(required.text)?.[1].replaceAll('&amp;', '&');
      const target = new URL(leave);
      assert.equal(target.origin, world.simulatorUrl);
      assert.equal(target.searchParams.get('connection_id'), connection.acme, 'the one that serves the domain');
      assert.equal(target.searchParams.get('organization_id'), null, 'one selector');
      const choice = await ask('nobody-knows@example.com');
      assert.match(choice.text, /value="sso"/);
      assert.match(choice.text, /value="password"/);
      for (const unknown of ['who@nowhere.example', 'who@gmail.com']) {
        const page = await ask(unknown);
        assert.equal(page.status, 200);
        assert.match(page.text, /type="password"/, unknown);
      }
      assert.equal((await ask('not an address')).status, 400);
      const chosen = await ask('nobody-knows@example.com', { method: 'sso' });
      assert.match(chosen.text, /id="continue"/);
    });

    test('of two connections the one that serves the domain signs the person in', async () => {
      for (const side of ['east', 'west']) {
        const browser = new Browser(world);
        const email = `ida@${side}.example`;
        const started = await begin(browser, { email });
        const asked = new URL(started.headers.location).searchParams;
        assert.equal(asked.get('connection_id'), twin[side]);
        assert.equal(asked.get('organization_id'), null);
        const answer = await signIn(browser, { email, given_name: 'Ida' }, { selector: { email } });
        assert.equal(answer.status, 303, answer.text);
        assert.equal((await me(browser)).body.identity.connection_id, twin[side]);
      }
      const started = await begin(new Browser(world), { organization_id: twin.org });
      assert.equal(new URL(started.headers.location).searchParams.get('organization_id'), twin.org, 'Scalekit chooses');
    });

    test('the first login makes account, identity, membership and audit row; the second finds them', async () => {
      const browser = new Browser(world);
      const mark = await auditMark(world);
      const first = await signIn(browser, { email: 'new@plain.example', given_name: 'Nia', family_name: 'New' }, { returnTo: '/account?x=1' });
      assert.equal(first.status, 303, first.text);
      assert.equal(first.headers.location, '/account?x=1');
      const mine = await me(browser);
      assert.equal(mine.status, 200);
      const account = await accountOf(world, 'new@plain.example');
      assert.deepEqual(mine.body, {
        account: { id: account, email: 'new@plain.example', email_verified: true, display_name: 'Nia New' },
        organization: { id: 'plain', name: 'The plain company', role: 'member' },
        session: { method: 'sso', created_at: mine.body.session.created_at, expires_at: mine.body.session.created_at + 12 * 3600 },
        identity: { issuer: world.simulatorUrl, connection_id: ids.plain.conn, organization_id: ids.plain.org, subject: mine.body.identity.subject },
      });
      assert.ok(mine.body.identity.subject.startsWith(`${ids.plain.conn};`));
      assert.deepEqual(await query(world, `SELECT role, source FROM app_memberships WHERE account_id = '${account}'`), ['member|sso']);
      assert.deepEqual(await query(world, `SELECT issuer, connection_id, organization_id FROM sso_identities WHERE account_id = '${account}'`),
        [`${world.simulatorUrl}|${ids.plain.conn}|${ids.plain.org}`]);
      const events = await auditSince(world, mark);
      assert.deepEqual(events.map((e) => [e.name, e.account, e.organization, e.connection]), [
        ['sso.account.created', account, ids.plain.org, ids.plain.conn],
        ['sso.identity.linked', account, ids.plain.org, ids.plain.conn], ['sso.login.completed', account, ids.plain.org, ids.plain.conn]]);
      assert.equal(new Set(events.map((e) => e.reference)).size, 1);

      const elsewhere = new Browser(world);
      assert.equal((await signIn(elsewhere, { email: 'new@plain.example', given_name: 'Nia', family_name: 'New' })).status, 303);
      const again = await me(elsewhere);
      assert.equal(again.body.account.id, account);
      assert.equal((await auditSince(world, mark)).length, 4);
      assert.equal((await me(browser)).status, 200, 'the first browser stays signed in');
    });

    for (const [name, selector] of Object.entries({ organization: { organization_id: ids.plain.org }, connection: { connection_id: ids.plain.conn }, domain: { domain: 'plain.example' } })) {
      test(`a link by ${name} leads to the same place`, async () => {
        const browser = new Browser(world);
        assert.equal((await signIn(browser, { email: `by-${name}@plain.example`, given_name: 'Bo' }, { selector })).status, 303);
        assert.equal((await me(browser)).body.organization.id, 'plain');
      });
    }

    test('a login that the company starts becomes a login of our own (JIT.md row 26)', async () => {
      const browser = new Browser(world);
      const tile = await browser.post(`${world.simulatorUrl}/login`,
        { scenario: 'idp_initiated', client_id: clientId, connection_id: connection.test, person: 'zoe.oconnor@example.com', relay_state: '/account' });
      assert.equal(tile.status, 302, tile.text);
      assert.match(tile.headers.location, /\/sso\/initiate\?idp_initiated_login=/);
      const started = await browser.get(tile.headers.location);
      assert.equal(started.status, 302, started.text);
      assert.equal((await me(browser)).status, 401, 'the token alone signs nobody in');
      const arrived = await browser.follow(started, (next) => next.startsWith(`${world.baseUrl}/sso/callback`));
      const done = await browser.get(arrived.next);
      assert.equal(done.status, 303, done.text);
      assert.equal(done.headers.location, '/account');
      assert.equal((await me(browser)).body.account.email, 'zoe.oconnor@example.com');

      const replay = await new Browser(world).get(tile.headers.location);
      assert.equal(replay.status, 400, 'the same token a second time');
    });

    test('an existing account is connected with its password only (JIT.md row 6)', async () => {
      const browser = new Browser(world);
      const person = { email: 'sam.ortiz@example.com', given_name: 'Sam', family_name: 'Ortiz' };
      const before = await fingerprint(world);
      const asked = await signIn(browser, person, { returnTo: '/account' });
      assert.equal(asked.headers.location, '/login/link', asked.text);
      const page = await browser.get('/login/link');
      assert.equal(page.status, 200);
      assert.equal((await me(browser)).status, 401);
      const form = { ...formFields(page.text, '/login/link'), action: 'connect' };
      const wrong = await browser.post('/login/link', { ...form, password: 'not the password' });
      assert.equal(wrong.status, 401);
      assert.equal(await fingerprint(world), before, 'nothing is stored before the proof');
      const stolen = new Browser(world);
      const foreign = await stolen.post('/login/link', { ...formFields((await stolen.get('/login')).text, '/login'), action: 'connect', password: 'quiet harbour maple' });
      assert.equal(foreign.status, 410, 'another browser has nothing to connect');
      const right = await browser.post('/login/link', { ...form, password: 'quiet harbour maple' });
      assert.equal(right.status, 303, right.text);
      assert.equal(right.headers.location, '/account');
      const account = (await me(browser)).body.account.id;
      assert.equal(account, await accountOf(world, 'sam.ortiz@example.com'));
      const later = new Browser(world);
      assert.equal((await signIn(later, person)).status, 303);
      assert.equal((await me(later)).body.account.id, account);
      const twice = await browser.post('/login/link', { ...form, password: 'quiet harbour maple' });
      assert.equal(twice.status, 410, 'the ticket is used up');
    });

    // JIT.md rows 4 and 7, where a link is mailed
    for (const [what, company, email] of [['an address that nobody confirms', 'untrusted', 'new@untrusted.example'],
      ['an account whose address nobody confirmed', 'plain', 'unconfirmed@plain.example']]) {
      test(`${what} waits for a link that comes back from it`, async () => {
        const browser = new Browser(world);
        const before = await fingerprint(world), mark = await auditMark(world);
        const asked = await signIn(browser, { email, given_name: 'Una' }, { selector: { organization_id: ids[company].org } });
        assert.equal(asked.headers.location, '/login/confirm', asked.text);
        assert.equal(await fingerprint(world), before, 'nothing is stored before the proof');
        assert.deepEqual((await auditSince(world, mark)).map((e) => e.name), ['sso.email_proof.requested']);
        const page = await browser.get('/login/confirm');
        const sent = await browser.post('/login/confirm', { ...formFields(page.text, '/login/confirm'), action: 'send' });
        assert.equal(sent.headers.location, '/login/confirm', sent.text);
        const mails = JSON.parse((await browser.json('/dev/mailbox')).text);
        const token = /#([A-Za-z0-9_-]{43})/.exec(mails.find((one) => one.to === email).text)[1];
        secretsOf(world).add(token);
        const form = { ...formFields((await browser.get('/login/confirm')).text, '/login/confirm'), action: 'confirm' };
        assert.equal((await new Browser(world).post('/login/confirm', { ...form, token })).status, 403, 'another browser has no part in it');
        assert.equal((await browser.post('/login/confirm', { ...form, token: 'A'.repeat(43) })).status, 400);
        assert.equal(await fingerprint(world), before);
        const proven = await browser.post('/login/confirm', { ...form, token });
        assert.equal(proven.status, 303, proven.text);
        assert.equal((await me(browser)).body.account.email, email);
        const rows = await query(world, `SELECT email_verified, coalesce(password_hash, 'none') FROM app_accounts WHERE email = '${email}'`);
        assert.deepEqual(rows, ['1|none'], 'confirmed, and nobody else has a password for it');
        assert.equal((await browser.post('/login/confirm', { ...form, token })).status, 410, 'used up');
      });
    }

    test('automatic linking, where it is set, is for accounts without power', async () => {
      const browser = new Browser(world);
      assert.equal((await signIn(browser, { email: 'linked@automatic.example', given_name: 'Lina' })).status, 303);
      assert.equal((await me(browser)).body.account.id, await accountOf(world, 'linked@automatic.example'));
      const chief = new Browser(world);
      assert.equal((await signIn(chief, { email: 'chief@automatic.example', given_name: 'Cleo' })).headers.location, '/login/link');
      assert.equal((await me(chief)).status, 401);
    });

    const refusals = [
      ['domain_not_owned', 'plain', 'eve@elsewhere.example', 403, 'not_allowed'],
      ['domain_not_owned', 'plain', 'eve@sub.plain.example', 403, 'not_allowed'],
      ['domain_not_owned', 'plain', 'ada.lovelace@example.com', 403, 'not_allowed'],
      ['no_default_role', 'roleless', 'new@roleless.example', 403, 'not_allowed'],
      ['jit_off', 'closed', 'new@closed.example', 403, 'not_allowed'],
      ['not_provisioned', 'directory', 'new@directory.example', 403, 'not_allowed'],
      ['account_suspended', 'plain', 'paused@plain.example', 403, 'account_disabled'],
      ['deprovisioned', 'plain', 'gone@plain.example', 403, 'account_disabled'],
      ['break_glass', 'plain', 'glass@plain.example', 403, 'not_allowed'],
      ['not_a_member', 'plain', 'guest@plain.example', 403, 'not_allowed'],
    ];
    for (const [reason, company, email, status, publicName] of refusals) {
      test(`refused: ${reason} for ${email} at ${company}; nothing is stored, one audit event`, async () => {
        const browser = new Browser(world);
        const url = await untilCallback(browser, { email, given_name: 'Refused' }, { selector: { organization_id: ids[company].org } });
        const before = await fingerprint(world), mark = await auditMark(world);
        const answer = await browser.json(url);
        assert.equal(answer.status, status, answer.text);
        const body = JSON.parse(answer.text);
        assert.equal(body.error, publicName);
        assert.equal((await me(browser)).status, 401);
        assert.equal(await fingerprint(world), before);
        const events = await auditSince(world, mark);
        assert.deepEqual(events.map((e) => [e.name, e.reason, e.organization, e.reference, e.address]),
          [['sso.login.failed', reason, ids[company].org, body.reference, '127.0.0.1']]);
        assert.ok(!JSON.stringify(answer.headers).includes(reason) && !answer.text.includes(`"${reason}"`), 'the precise reason is for the audit trail');
      });
    }

    test('refused: another subject with the address of somebody connected (JIT.md row 9)', async () => {
      const person = { email: 'recycled@plain.example', given_name: 'Rex' };
      assert.equal((await signIn(new Browser(world), person)).status, 303);
      const browser = new Browser(world);
      const url = await untilCallback(browser, person);
      const before = await fingerprint(world), mark = await auditMark(world);
      await world.fault({ fault: 'wrong_sub', count: 1, value: `${ids.plain.conn};somebody-else` });
      const answer = await browser.get(url);
      assert.equal(answer.status, 403);
      assert.equal(await fingerprint(world), before);
      assert.deepEqual((await auditSince(world, mark)).map((e) => e.reason), ['subject_conflict']);
    });

    test('refused: a login without an e-mail address (JIT.md row 5)', async () => {
      const browser = new Browser(world);
      const url = await untilCallback(browser, { email: 'shy@plain.example' });
      const before = await fingerprint(world), mark = await auditMark(world);
      await world.fault({ fault: 'missing_claim', count: 1, value: 'email' });
      assert.equal((await browser.get(url)).status, 403);
      assert.equal(await fingerprint(world), before);
      assert.deepEqual((await auditSince(world, mark)).map((e) => e.reason), ['email_missing']);
    });

    for (const [company, what] of [['suspended', 'suspended'], ['off', 'switched off'], ['disabled', 'not switched on']]) {
      test(`${company}: refused before the redirect (JIT.md row 17)`, async () => {
        const browser = new Browser(world);
        const before = await fingerprint(world), mark = await auditMark(world);
        const answer = await begin(browser, { organization_id: ids[company].org });
        assert.equal(answer.status, 403);
        assert.ok(answer.text.includes(what), answer.text);
        assert.equal(await fingerprint(world), before);
        assert.equal((await auditSince(world, mark)).length, 0, 'anybody may ask: no row for it (SEC-AR-06)');
      });
    }

    test('suspended while somebody is at the identity provider: refused at the callback', async () => {
      const browser = new Browser(world);
      const url = await untilCallback(browser, { email: 'late@closed.example' });
      await query(world, `UPDATE sso_organizations SET status = 'suspended' WHERE id = '${ids.closed.org}'`);
      const before = await fingerprint(world), mark = await auditMark(world);
      assert.equal((await browser.get(url)).status, 403);
      assert.equal(await fingerprint(world), before);
      assert.deepEqual((await auditSince(world, mark)).map((e) => e.reason), ['organization_suspended']);
    });

    test('suspended while somebody is signed in: that session ends with the next request, for good (JIT.md row 17)', async () => {
      const [byCompany, byPassword] = [new Browser(world), new Browser(world)];
      assert.equal((await signIn(byCompany, { email: 'late@plain.example', given_name: 'Late' })).status, 303);
      assert.equal((await signInWithPassword(byPassword, 'guest@plain.example', 'little copper spoon')).status, 303);
      assert.equal((await me(byCompany)).status, 200);
      const set = (status) => query(world, `UPDATE sso_organizations SET status = '${status}' WHERE id = '${ids.plain.org}'`);
      await set('suspended');
      try {
        assert.equal((await me(byCompany)).status, 401);
        assert.equal((await me(byPassword)).status, 200, 'a session of another kind lives on');
      } finally {
        await set('active');
      }
      assert.equal((await me(byCompany)).status, 401, 'to lift the suspension restores no session');
    });

    test('where SSO is required a password opens nothing, except for break glass', async () => {
      const browser = new Browser(world);
      const refused = await signInWithPassword(browser, 'bob@acme.example', 'whatever it may be');
      assert.equal(refused.status, 403);
      const unknown = await signInWithPassword(browser, 'nobody@acme.example', 'whatever it may be');
      assert.equal(unknown.status, 403);
      const scrub = (text) => text.replace(/<code>[^<]*<\/code>/g, '').replace(/[0-9A-Z]{10}/g, '');
      assert.equal(scrub(unknown.text), scrub(refused.text), 'known and unknown look the same');
      assert.equal((await me(browser)).status, 401);
      assert.equal((await signInWithPassword(browser, 'owner@acme.example', 'violet engine paper')).status, 303);
      assert.equal((await me(browser)).body.session.method, 'password');
    });

    test('a password login ends as it began: logout makes the cookie worthless (SEC-SE-06)', async () => {
      const browser = new Browser(world);
      assert.equal((await signInWithPassword(browser, 'pat@harbour-cafe.example', 'seven tidy marbles', '/account')).headers.location, '/account');
      assert.equal((await me(browser)).body.identity, null);
      const copy = browser.copy();
      const out = await signOut(browser);
      assert.equal(out.status, 303);
      assert.equal(new URL(out.headers.location, world.baseUrl).href, `${world.baseUrl}/login`);
      assert.equal(browser.cookie('sid'), undefined, 'the cookie is cleared');
      assert.equal((await me(copy)).status, 401);
      assert.equal((await copy.get('/account')).status, 303);
    });

    for (const how of ['password', 'company sign-in']) {
      test(`the account page lists sessions and ends them, one or all (by ${how}, SEC-SE-13)`, async () => {
        const enter = async () => {
          const browser = new Browser(world);
          const answer = how === 'password' ? await signInWithPassword(browser, 'pat@harbour-cafe.example', 'seven tidy marbles')
            : await signIn(browser, { email: 'sessions@plain.example', given_name: 'Sue', family_name: 'Sessions' }, { selector: { organization_id: ids.plain.org } });
          assert.equal(answer.status, 303, answer.text);
          return browser;
        };
        const [first, second, third] = [await enter(), await enter(), await enter()];
        const page = await third.get('/account');
        assert.equal(page.status, 200, page.text);
        const rows = page.text.split('<li>').filter((row) => row.includes('name="session"'));
        assert.ok(rows.length >= 3, `${rows.length} sessions`);
        const token = formFields(page.text, '/account/sessions/end-all').csrf_token;
        for (const row of rows.filter((r) => !r.includes('This browser')).slice(0, 1)) {
          const handle = /name="session" value="([0-9a-f]+)"/.exec(row)[1];
          assert.equal((await third.post('/account/sessions/end', { csrf_token: token, session: handle })).status, 303);
        }
        const left = [(await me(first)).status, (await me(second)).status].sort();
        assert.deepEqual(left, [200, 401]);
        assert.equal((await third.post('/account/sessions/end-all', { csrf_token: token })).status, 303);
        for (const browser of [first, second, third]) assert.equal((await me(browser)).status, 401);
      });
    }

    test('Scalekit\'s refusals become pages of ours (SEC-CB-09, SEC-CB-10)', async () => {
      const browser = new Browser(world);
      const started = await begin(browser, { organization_id: ids.plain.org });
      await world.control('POST', '/simulator/next', { error: 'access_denied', error_description: '<script>alert(1)</script> of eve@plain.example' });
      const back = await browser.get(started.headers.location);
      assert.match(back.headers.location, /error=access_denied/);
      const before = await fingerprint(world), mark = await auditMark(world);
      const answer = await browser.get(back.headers.location);
      assert.equal(answer.status, 403);
      assert.doesNotMatch(answer.text, /<script>alert/);
      assert.equal(await fingerprint(world), before);
      const [event] = await auditSince(world, mark);
      assert.deepEqual([event.reason, event.details.provider_error], ['provider_error', 'access_denied']);
      assert.doesNotMatch(event.details.provider_description, /eve@/);
    });

    test('the log: one line an event, nothing secret, nobody named (SEC-LG-02, -04, SEC-AR-08)', () => {
      assert.ok(requireCleanLogs(world) >= 20);
    });
  });
}
