// SPDX-License-Identifier: Apache-2.0
// The local Scalekit's admin portal in real Chromium: inside a page of a registered origin, in a tab of its own, by keyboard,
// without JavaScript. The embedding page is served by this file and keeps every event that it gets.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { Visitor, artifacts, launch } from './support/browser.mjs';
import { Client } from './support/http_client.mjs';
import { contrast, layout, structure } from './support/page_checks.mjs';
import { Program, freePort, program, sourceDir, until } from './support/processes.mjs';
import { clientId, clientSecret } from './support/world.mjs';

const pictures = join(artifacts, 'portal');
const place = { apps: [{ output: '' }] };
const servers = [];

/** A page that embeds whatever `src` names, as an application's settings page does. */
async function embedder() {
  const server = http.createServer((request, response) => {
    const src = new URL(request.url, 'http://localhost').searchParams.get('src');
    if (!src) return response.writeHead(204).end();
    response.writeHead(200, { 'content-type': 'text/html' });
    return response.end(`<!doctype html><html lang="en"><title>Settings</title><link rel="icon" href="data:,"><script>
      window.events = []; addEventListener('message', (e) => events.push({ origin: e.origin, own: e.source === frames[0], ...e.data }));
      </script><main><h1>Settings</h1><iframe title="Admin portal" src="${src}" width="100%" height="900" allow="clipboard-write" referrerpolicy="no-referrer"></iframe></main>`);
  });
  await new Promise((done) => { server.listen(0, '127.0.0.1', done); });
  servers.push(server);
  return server.address().port;
}

before(async () => {
  mkdirSync(pictures, { recursive: true });
  place.dir = mkdtempSync(join(tmpdir(), 'portal-'));
  const [registered, foreign, port] = [await embedder(), await embedder(), await freePort()];
  place.baseUrl = `http://localhost:${registered}`;
  place.otherSite = `http://127.0.0.1:${registered}`;  // another site for cookies
  place.foreign = `http://localhost:${foreign}`;
  place.simulatorUrl = `http://localhost:${port}`;
  const seed = JSON.parse(readFileSync(join(sourceDir, 'simulator/seed.default.json')));
  seed.clients[0].redirect_uris = [`${place.baseUrl}/sso/callback`, `${place.otherSite}/sso/callback`];
  for (let i = 0; i < 12; i++) {
    seed.organizations.push({ id: `org_7100000000000000${10 + i}`, display_name: 'Northwind Traders', domain_verification: true });
  }
  const file = join(place.dir, 'seed.json');
  writeFileSync(file, JSON.stringify(seed));
  place.simulator = new Program('scalekit-simulator', program('simulator/scalekit-simulator'), ['--listen', `localhost:${port}`, '--seed', file], {});
  await place.simulator.ready(`${place.simulatorUrl}/keys`);
  const answer = await new Client().post(`${place.simulatorUrl}/oauth/token`, { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret });
  place.token = JSON.parse(answer.text).access_token;
  place.browser = await launch();
});
after(async () => {
  await place.browser?.close();
  await place.simulator?.stop();
  for (const server of servers) server.close();
  if (place.dir) rmSync(place.dir, { recursive: true, force: true });
  place.simulator?.requireNoSanitizerReport();
});

let organizations = 10;
/** Each test sets up an organization of its own. */
const nextOrganization = () => `org_7100000000000000${organizations++}`;
async function api(method, path) {
  const answer = await new Client().request(method, `${place.simulatorUrl}/api/v1/${path}`, { headers: { authorization: `Bearer ${place.token}` } });
  return JSON.parse(answer.text);
}
const newLink = async (organization) => (await api('PUT', `organizations/${organization}/portal_links`)).link.location;
async function control(path, body) {
  const answer = await new Client().request('POST', place.simulatorUrl + path, { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } });
  assert.equal(answer.status, 200, answer.text);
  return JSON.parse(answer.text);
}

/** Runs scenario(visitor) in a fresh profile; what the browser complained about fails the test, but for what is expected. */
async function visit(scenario, { expected = /^$/, ...options } = {}) {
  const visitor = await Visitor.arrive({ browser: place.browser, world: place }, options);
  try {
    await scenario(visitor);
    visitor.complaints = visitor.complaints.filter(({ text }) => !expected.test(text));
    visitor.assertNoComplaints();
  } catch (error) {
    await visitor.keepEvidence(error, 0);
    throw error;
  } finally {
    await visitor.context.close();
  }
}
const embed = (visitor, src, origin = place.baseUrl) => visitor.page.goto(`${origin}/?src=${encodeURIComponent(src)}`);
const portalOf = (visitor) => visitor.page.frameLocator('iframe');
const eventsOf = (visitor) => visitor.page.evaluate(() => window.events);
const eventOf = (visitor, type) => until(async () => (await eventsOf(visitor)).find((e) => e.event_type === type), 15000, type);
const heading = (scope, name) => scope.getByRole('heading', { level: 1, name });

async function saveOidc(scope) {
  await scope.getByLabel('Issuer').fill('https://idp.northwind.example');
  await scope.getByLabel('Client ID').fill('portal-test');
  await scope.getByLabel('Client secret').fill('never shown again');
  await scope.getByRole('button', { name: 'Save the details' }).click();
  await scope.getByText('Saved. Test the connection').waitFor();
}
async function createOkta(scope, protocol) {
  await scope.getByRole('radio', { name: /^Okta/ }).check();
  await scope.getByRole('radio', { name: protocol }).check();
  await scope.getByRole('button', { name: 'Continue' }).click();
  await heading(scope, 'Okta').waitFor();
}

test('from a link to a connection that is on and a domain that is verified', () => visit(async (admin) => {
  const organization = nextOrganization();
  await embed(admin, await newLink(organization));
  const portal = portalOf(admin);
  await heading(portal, 'Single sign-on').waitFor();
  const loaded = await eventOf(admin, 'PORTAL_LOAD_SUCCESS');
  assert.equal(loaded.origin, place.simulatorUrl);
  assert.equal(loaded.own, true);
  assert.equal(loaded.organization_id, organization);
  assert.ok(Date.parse(loaded.data.expiry) > Date.now());

  await createOkta(portal, /^OpenID Connect/);
  await admin.context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await portal.getByRole('button', { name: 'Copy Redirect URI' }).click();
  await portal.getByRole('button', { name: 'Copied Redirect URI' }).waitFor();
  assert.match(await admin.page.evaluate(() => navigator.clipboard.readText()), /^http:\/\/localhost:\d+\/sso\/v1\/oidc\/conn_\d+\/callback$/);
  await portal.getByRole('button', { name: 'Save the details' }).click();
  await portal.getByText('Not saved yet').waitFor();
  await saveOidc(portal);
  assert.equal(await portal.getByLabel('Client secret').inputValue(), '');

  await portal.getByRole('button', { name: 'Test the connection' }).click();
  await heading(portal, 'IdP Simulator').waitFor();
  await portal.getByRole('radio', { name: /^Error/ }).check();
  await portal.getByRole('button', { name: 'Simulate Login' }).last().click();
  await portal.getByText('The test failed').waitFor();
  await portal.getByText('The credentials are missing or were refused').waitFor();
  await portal.getByRole('button', { name: 'Test again' }).click();
  await portal.getByLabel('Email', { exact: true }).fill('kay@northwind.example');
  await portal.getByRole('button', { name: 'Simulate Login' }).last().click();
  await portal.getByText('The test worked').waitFor();
  await portal.locator('dd', { hasText: 'kay@northwind.example' }).first().waitFor();

  await portal.getByRole('button', { name: 'Switch it on' }).click();
  const enabled = await eventOf(admin, 'ORGANIZATION_SSO_ENABLED');
  const { connections } = await api('GET', `connections?organization_id=${organization}`);
  assert.deepEqual(enabled.data, { connection_type: 'SSO', id: connections[0].id, type: 'OIDC', provider: 'OKTA', enabled: true });
  assert.equal(connections.length, 1);

  await portal.getByRole('link', { name: 'Domains' }).click();
  await portal.getByLabel('Domain', { exact: true }).fill('northwind.example');
  await portal.getByRole('button', { name: 'Add' }).click();
  await portal.getByRole('button', { name: 'Verify' }).click();
  await portal.getByText('is not there yet').waitFor();
  await portal.getByRole('button', { name: 'Publish this record' }).click();
  await portal.getByRole('button', { name: 'Verify' }).click();
  await portal.getByText('northwind.example is verified').waitFor();
  const found = await api('GET', 'connections?domain=northwind.example');
  assert.equal(found.connections[0].id, connections[0].id);
  assert.deepEqual((await eventsOf(admin)).map((e) => e.event_type), ['PORTAL_LOAD_SUCCESS', 'ORGANIZATION_SSO_ENABLED']);
}));

test('a link used twice fails, and says so to the page that embeds it', () => visit(async (admin) => {
  const link = await newLink(nextOrganization());
  await embed(admin, link);
  await eventOf(admin, 'PORTAL_LOAD_SUCCESS');
  await embed(admin, link);
  const failure = await eventOf(admin, 'PORTAL_LOAD_FAILURE');
  assert.equal(failure.data.error_code, 'LINK_EXPIRED');
  assert.equal(failure.organization_id, undefined);
  await heading(portalOf(admin), 'This link does not open the portal any more').waitFor();
}));

test('a session warns before its end, ends, and stays ended', () => visit(async (admin) => {
  const organization = nextOrganization();
  await admin.page.clock.install();
  await embed(admin, await newLink(organization));
  await eventOf(admin, 'PORTAL_LOAD_SUCCESS');
  await control('/simulator/portal/sessions', { organization_id: organization, seconds_left: 250 });
  await admin.page.clock.runFor(5000);  // when the page asks again
  const warning = await eventOf(admin, 'PORTAL_SESSION_WARNING');
  assert.ok(Date.parse(warning.data.expiry) - Date.now() < 300_000);
  await portalOf(admin).getByText('ends within 5 minutes').waitFor();
  await control('/simulator/portal/sessions', { organization_id: organization, seconds_left: 0 });
  await admin.page.clock.runFor(5000);
  await eventOf(admin, 'PORTAL_SESSION_EXPIRY');
  await portalOf(admin).getByText('This session has ended').waitFor();
  await portalOf(admin).getByRole('link', { name: 'Domains' }).click();
  assert.equal((await eventOf(admin, 'PORTAL_LOAD_FAILURE')).data.error_code, 'SESSION_EXPIRED');
}));

test('a page of an unregistered origin gets neither frame nor events', () => visit(async (admin) => {
  await embed(admin, await newLink(nextOrganization()), place.foreign);
  await until(() => admin.complaints.some(({ text }) => /frame-ancestors/.test(text)), 15000, 'the refusal');
  assert.equal(await portalOf(admin).getByText('Single sign-on').count(), 0);
  assert.deepEqual(await eventsOf(admin), []);
}, { expected: /frame-ancestors|request to elsewhere/ }));

test('where the cookie of an embedded page is blocked, the portal says so', () => visit(async (admin) => {
  await embed(admin, await newLink(nextOrganization()), place.otherSite);
  assert.equal((await eventOf(admin, 'PORTAL_LOAD_FAILURE')).data.error_code, 'COOKIES_BLOCKED');
  await heading(portalOf(admin), "Your browser blocks the portal's cookie").waitFor();
}, { expected: /request to elsewhere/ }));

test('everything works in a tab of its own, by keyboard alone', () => visit(async (admin) => {
  await admin.page.goto(await newLink(nextOrganization()));
  await heading(admin.page, 'Single sign-on').waitFor();
  const keys = admin.page.keyboard;
  const tabTo = async (name) => {
    for (let presses = 0; presses < 60; presses++) {
      await keys.press('Tab');
      const there = await admin.page.evaluate(() => {
        const e = document.activeElement;
        return [...(e.labels ?? [])].map((l) => l.innerText).join(' ') || e.innerText || '';
      });
      if (there.split('\n').some((line) => line.startsWith(name))) return;
    }
    assert.fail(`Tab never leads to ${name}`);
  };
  await tabTo('Okta');
  for (let i = 0; i < 5; i++) await keys.press('ArrowDown');  // Custom OpenID Connect
  await keys.press('Enter');
  await heading(admin.page, 'Custom OpenID Connect').waitFor();
  for (const [label, text] of [['Issuer', 'https://idp.example'], ['Client ID', 'by-keyboard'], ['Client secret', 'secret']]) {
    await tabTo(label);
    await keys.type(text);
  }
  await keys.press('Enter');
  await admin.page.getByText('Saved. Test the connection').waitFor();
  await tabTo('Switch it on');
  await keys.press('Enter');
  await admin.page.getByText('was not tested successfully').waitFor();
  await tabTo('Domains');
  await keys.press('Enter');
  await heading(admin.page, 'Domains').waitFor();
  await tabTo('Domain');
  await tabTo('Domain');  // the tab of that name came first
  await keys.type('keyboard.example');
  await keys.press('Enter');
  await admin.page.getByText('keyboard.example was added').waitFor();
}));

test('the forms need no JavaScript', () => visit(async (admin) => {
  await admin.page.goto(await newLink(nextOrganization()));
  await createOkta(admin.page, /^OpenID Connect/);
  assert.equal(await admin.page.getByRole('button', { name: /^Copy/ }).count(), 0);
  await saveOidc(admin.page);
  await admin.page.getByRole('button', { name: 'Test the connection' }).click();
  await admin.page.getByLabel('Email', { exact: true }).fill('kay@northwind.example');
  await admin.page.getByRole('button', { name: 'Simulate Login' }).last().click();
  await admin.page.getByText('The test worked').waitFor();
  await admin.page.getByRole('button', { name: 'Switch it on' }).click();
  await admin.page.getByText('Single sign-on is on. People').waitFor();
}, { javaScriptEnabled: false }));

const views = [
  ['start', async () => {}],
  ['saml draft', async (page) => createOkta(page, /^SAML/)],
  ['saml refused', async (page) => {
    await page.getByRole('radio', { name: /^By hand/ }).check();
    await page.getByLabel('Signing certificate').fill('-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----');
    await page.getByRole('button', { name: 'Save the details' }).click();
    await page.getByText('Not saved yet').waitFor();
  }],
  ['oidc tested', async (page) => {
    await page.getByRole('link', { name: 'Single sign-on' }).first().click();
    await page.getByText('Add another connection').click();
    await createOkta(page, /^OpenID Connect/);
    await saveOidc(page);
    await control('/simulator/next', { person: { email: 'kay@northwind.example', given_name: 'Kay', family_name: 'Lindqvist', groups: ['IT admins', 'everybody'] } });
    await page.getByRole('button', { name: 'Test the connection' }).click();
    await page.getByText('The test worked').waitFor();
  }],
  ['test failed', async (page) => {
    await control('/simulator/next', { error: 'unauthorized' });
    await page.getByRole('button', { name: 'Test again' }).click();
    await page.getByText('The test failed').waitFor();
  }],
  ['on', async (page) => {
    await page.getByRole('button', { name: 'Switch it on' }).click();
    await page.getByText('is on, but').waitFor();
  }],
  ['list', async (page) => page.getByRole('link', { name: 'Single sign-on' }).first().click()],
  ['domains empty', async (page) => page.getByRole('link', { name: 'Domains' }).click()],
  ['domains pending', async (page) => {
    for (const name of ['northwind-pictures.example', 'sub.northwind-traders-international.example']) {
      await page.getByLabel('Domain', { exact: true }).fill(name);
      await page.getByRole('button', { name: 'Add' }).click();
      await page.getByText(`${name} was added`).waitFor();
    }
    await page.getByRole('button', { name: 'Publish this record' }).first().click();
    await page.getByRole('button', { name: 'Verify' }).first().click();
    await page.getByText('is verified').waitFor();
  }],
  ['domains refused', async (page) => {
    await page.getByLabel('Domain', { exact: true }).fill('gmail.com');
    await page.getByRole('button', { name: 'Add' }).click();
    await page.getByText('no company can own it').waitFor();
  }],
  ['link expired', async (page) => page.goto(`${place.simulatorUrl}/magicLink/8930509d-68cf-4e2c-8c6d-94d2b5e2db43`)],
];

test('each page is named, labelled and readable, from 320 px on, in light and dark', () => visit(async (admin) => {
  const { page } = admin;
  await page.goto(await newLink(nextOrganization()));
  const problems = [];
  for (const [name, open] of views) {
    await open(page);
    problems.push(...(await page.evaluate(structure)).map((p) => `${name}: ${p}`));
    for (const [width, height] of [[320, 640], [1280, 800]]) {
      await page.setViewportSize({ width, height });
      for (const colorScheme of ['light', 'dark']) {
        await page.emulateMedia({ colorScheme });
        for (const check of [layout, contrast]) problems.push(...(await page.evaluate(check)).map((p) => `${name} ${width} ${colorScheme}: ${p}`));
        await page.screenshot({ path: join(pictures, `${name} ${width} ${colorScheme}.png`.replaceAll(' ', '-')), fullPage: true });
      }
    }
  }
  assert.deepEqual(problems, []);
}));
