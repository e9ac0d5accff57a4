// SPDX-License-Identifier: Apache-2.0
// Settings → Single sign-on: an administrator sets it up alone, in the embedded portal, and switches it on; and everything that goes
// wrong on the way. Pictures of each state go to artifacts/settings.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { artifacts, suite } from './support/browser.mjs';
import { Client } from './support/http_client.mjs';
import { pictureInto } from './support/pictures.mjs';
import { until } from './support/processes.mjs';
import { defaultSeed } from './support/world.mjs';

const password = 'copper lantern ridge';
const pictures = join(artifacts, 'settings');
mkdirSync(pictures, { recursive: true });

/** A team with nothing set up: two owners, one of them for emergencies, and a member. */
const team = (id, name, domain) => ({ tenant_id: id, name, members: [
  { email: `lena@${domain}`, name: 'Lena Lindqvist', role: 'owner', password },
  { email: `otto@${domain}`, name: 'Otto Brandt', role: 'owner', password, break_glass: true },
  { email: `mia@${domain}`, name: 'Mia Okafor', role: 'member', password },
] });
function seed() {
  const all = defaultSeed();
  for (const name of ['lakeside', 'hillside', 'riverside', 'seaside', 'woodside', 'moorside']) {
    all.organizations.push(team(name, `${name[0].toUpperCase()}${name.slice(1)} Estates`, `${name}.example`));
  }
  return all;
}
const place = suite({ simulatorHost: 'localhost', seed: seed() });

const portalOf = (visitor) => visitor.page.frameLocator('iframe.sso-frame');
const portalHeading = (visitor, name) => portalOf(visitor).getByRole('heading', { level: 1, name });
const region = (visitor, name) => visitor.page.getByRole('region', { name, exact: true });
const stateOf = (visitor) => visitor.page.locator('[data-sso-portal]').getAttribute('data-state');
const inState = (visitor, name) => visitor.page.locator(`[data-sso-portal][data-state="${name}"]`).waitFor();

async function settings(visitor, who) {
  await visitor.signInByPassword(who, password);
  await visitor.page.getByRole('link', { name: 'Settings' }).click();
  await visitor.arrived('/settings/sso');
  await visitor.sees('Single sign-on');
}
async function openSetup(visitor, who) {
  await settings(visitor, who);
  await visitor.button('Start the setup').click();
  await portalHeading(visitor, 'Single sign-on').waitFor();
  await inState(visitor, 'ready');
}
const picture = (visitor, name) => pictureInto(pictures, visitor, name);
async function makeConnection(visitor, email) {
  const portal = portalOf(visitor);
  await portal.getByRole('radio', { name: /^Okta/ }).check();
  await portal.getByRole('radio', { name: /^OpenID Connect/ }).check();
  await portal.getByRole('button', { name: 'Continue' }).click();
  await portalHeading(visitor, 'Okta').waitFor();
  await portal.getByLabel('Issuer').fill('https://idp.lakeside.example');
  await portal.getByLabel('Client ID').fill('fieldnote');
  await portal.getByLabel('Client secret').fill('never shown again');
  await portal.getByRole('button', { name: 'Save the details' }).click();
  await portal.getByText('Saved. Test the connection').waitFor();
  await portal.getByRole('button', { name: 'Test the connection' }).click();
  await portal.getByLabel('Email', { exact: true }).fill(email);
  await portal.getByRole('button', { name: 'Simulate Login' }).last().click();
  await portal.getByText('The test worked').waitFor();
  await portal.getByRole('button', { name: 'Switch it on' }).click();
}
async function verifyDomain(visitor, domain) {
  const portal = portalOf(visitor);
  await portal.getByRole('link', { name: 'Domains' }).click();
  await portal.getByLabel('Domain', { exact: true }).fill(domain);
  await portal.getByRole('button', { name: 'Add' }).click();
  await portal.getByRole('button', { name: 'Publish this record' }).click();
  await portal.getByRole('button', { name: 'Verify' }).click();
  await portal.getByText(`${domain} is verified`).waitFor();
}
/** At an identity provider that vouches for its addresses. */
async function signInVerified(visitor, email, groups = '') {
  await visitor.chooseAtIdp(email);
  if (groups) await visitor.page.getByLabel(/^Groups/).fill(groups);
  await visitor.page.locator('#email_verified').evaluate((select) => { select.closest('details')?.setAttribute('open', ''); });
  await visitor.page.getByLabel('Email verified').selectOption('true');
  await visitor.submitIdp();
}
const tokenOf = (visitor) => visitor.page.locator('input[name=csrf_token]').first().getAttribute('value');
/** What a script of the page itself would get. */
const askForLink = (visitor, token, more = {}) => visitor.page.evaluate(async ([csrf, extra]) => {
  const answer = await fetch('/settings/sso/portal-link', { method: 'POST', headers: { accept: 'application/json' },
    body: new URLSearchParams({ csrf_token: csrf, ...extra }) });
  return { status: answer.status, cache: answer.headers.get('cache-control'), body: await answer.json() };
}, [token, more]);
/** Chromium reports what is refused on purpose as a failed resource. */
const forget = (visitor, pattern) => { visitor.complaints = visitor.complaints.filter(({ text, url }) => !pattern.test(`${text} ${url}`)); };

test('from nothing to a required sign-in through the embedded portal alone; then a colleague comes in', () => place.visit(async (lena, arrive) => {
  await settings(lena, 'lena@lakeside.example');
  await picture(lena, '1-nothing');
  await lena.button('Start the setup').click();
  await portalHeading(lena, 'Single sign-on').waitFor();
  await inState(lena, 'ready');
  const frame = lena.page.locator('iframe.sso-frame');  // SEC-AP-10
  assert.equal(await frame.getAttribute('sandbox'), 'allow-scripts allow-same-origin allow-forms allow-popups');
  assert.equal(await frame.getAttribute('allow'), 'clipboard-write');
  assert.equal(await frame.getAttribute('referrerpolicy'), 'no-referrer');
  await picture(lena, '2-setup');

  await makeConnection(lena, 'lena@lakeside.example');
  await region(lena, 'Connections').getByText('On', { exact: true }).waitFor();  // the event was a hint; the server said so
  await verifyDomain(lena, 'lakeside.example');
  await region(lena, 'Domains').getByText('Verified', { exact: true }).waitFor();
  await lena.page.getByRole('heading', { name: 'Offer it to your people' }).waitFor();
  await picture(lena, '3-ready');

  await lena.page.getByRole('link', { name: 'Accounts and roles' }).click();  // who is in this group there is an admin here
  await lena.page.getByRole('button', { name: 'Add a group', exact: true }).click();
  await lena.page.getByLabel('Group 1', { exact: true }).fill('it-team');
  await lena.page.getByLabel('Role of group 1').selectOption({ label: 'Admin' });
  await lena.page.getByRole('radio', { name: /^Admin/ }).check();
  await lena.button('Save').last().click();
  await lena.page.getByText('Saved.').waitFor();
  await lena.page.getByRole('link', { name: 'Single sign-on' }).click();

  await lena.button('Make it optional').click();
  await lena.page.getByText("Your company's sign-in is offered, beside passwords.").waitFor();
  await lena.page.getByText('One thing is missing, see below.').waitFor();
  assert.equal(await lena.button('Make it required').count(), 0);
  await picture(lena, '4-optional');

  await lena.page.getByRole('link', { name: 'Sign in with it now' }).click();
  await signInVerified(lena, 'lena@lakeside.example');
  await lena.sees('Connect your account');
  await lena.page.getByLabel('Password of this account').fill(password);
  await lena.button('Connect and sign in').click();
  await lena.arrived('/settings/sso');
  await lena.page.getByRole('link', { name: 'See who is affected' }).click();
  await lena.sees('Require single sign-on');
  const group = (title) => lena.page.getByRole('listitem').filter({ has: lena.page.getByText(title, { exact: true }) });
  await group('Connected already').getByText('1 person', { exact: true }).waitFor();
  await group('Confirm their account once').getByText('Show who').click();
  await lena.page.getByText('mia@lakeside.example').waitFor();
  await group('Keep their password').getByText('Show who').click();
  await lena.page.getByText('otto@lakeside.example').waitFor();
  await picture(lena, '4b-preview');
  await lena.button('Make it required').click();
  await lena.page.getByText("Your company's sign-in is required from now on.").waitFor();
  await lena.page.getByRole('heading', { name: "Your company's sign-in is required" }).waitFor();
  await picture(lena, '5-required');

  const nova = await arrive();  // nobody has told the application about her
  await nova.goTo('/login');
  await nova.page.getByLabel('Work e-mail').fill('nova@lakeside.example');
  await nova.button('Continue').click();
  await nova.atIdp();
  await signInVerified(nova, 'nova@lakeside.example', 'it-team, everybody');
  await nova.arrived('/dashboard');
  const me = await nova.assertSignedIn('nova@lakeside.example');
  assert.deepEqual([me.organization.id, me.organization.role], ['lakeside', 'admin'], 'the role that her group maps to');

  const mia = await arrive();
  await mia.typePassword('mia@lakeside.example', password);
  await mia.sees("Use your company's sign-in");
  await mia.assertNobody();
  const otto = await arrive();
  await otto.signInByPassword('otto@lakeside.example', password);  // for emergencies

  await lena.page.getByRole('link', { name: 'Audit trail' }).click();
  await lena.sees('Audit trail');
  for (const words of ['The setup was opened', 'How people sign in was changed', 'Signed in through your company']) await lena.page.getByText(words).first().waitFor();
  await picture(lena, '6-audit');
  await lena.page.getByRole('link', { name: 'Emergency access' }).click();
  await lena.sees('Emergency access');
  assert.equal(await lena.button(/Take it away/).count(), 0);
  await picture(lena, '7-emergency');
  await lena.page.getByRole('link', { name: 'Confirm that it is you' }).click();  // step-up
  assert.match(lena.page.url(), /\/login\?/);
  await lena.signInAtIdp('lena@lakeside.example');
  await lena.arrived('/settings/emergency');
  await lena.button(/Take it away/).waitFor();

  await lena.page.getByRole('link', { name: 'Single sign-on' }).click();
  await lena.button('Make it optional').click();
  await lena.page.getByText("Your company's sign-in is offered, beside passwords.").waitFor();
  assert.equal(await lena.button('Undo').count(), 0, 'back to required goes over its preview');
  await lena.page.getByRole('link', { name: 'See who is affected' }).click();
  await lena.button('Make it required').click();
  await lena.page.getByText("Your company's sign-in is required from now on.").waitFor();
  await lena.button('Undo').click();  // one click
  await lena.page.getByText("Your company's sign-in is offered, beside passwords.").waitFor();
  await mia.signInByPassword('mia@lakeside.example', password);

  // Nothing of a link is anywhere but in the answer that carried it (SEC-AP-12).
  assert.doesNotMatch(place.world.apps[0].output, /magicLink|lnk_/);
}));

test('a member is told whom to ask, and gets no link; an admin of another team gets their own only', () => place.visit(async (mia, arrive) => {
  await mia.signInByPassword('mia@hillside.example', password);  // SEC-AP-01
  assert.equal(await mia.page.getByRole('link', { name: 'Settings' }).count(), 0);
  await mia.goTo('/settings/sso');
  await mia.sees('For owners and admins');
  await mia.page.getByText('Lena Lindqvist').waitFor();
  await picture(mia, '8-member');
  const refused = await askForLink(mia, await tokenOf(mia));
  assert.deepEqual([refused.status, refused.body.error], [403, 'forbidden']);
  forget(mia, /403/);

  const pat = await arrive();
  await pat.signInByPassword('pat@harbour-cafe.example', 'seven tidy marbles');
  await pat.goTo('/settings/sso');
  const own = await askForLink(pat, await tokenOf(pat), { organization_id: 'org_59615193906282635', tenant_id: 'hillside' });
  assert.equal(own.status, 200);
  assert.equal(own.cache, 'no-store');
  const answer = await new Client().request('GET', own.body.location);
  assert.equal(answer.status, 302);
  assert.notEqual(own.body.organization_id, 'org_59615193906282635');
  const forged = await askForLink(pat, 'f'.repeat(64));  // SEC-AP-02
  assert.equal(forged.status, 403);
  forget(pat, /403/);
}));

test('a link that was used already is refused and replaced by a fresh one', () => place.visit(async (lena) => {
  await settings(lena, 'lena@hillside.example');
  let spent = 0;
  await lena.page.route('**/settings/sso/portal-link', async (route) => {
    const response = await route.fetch();
    if (spent++ === 0) await new Client().request('GET', (await response.json()).location);  // somebody was faster
    await route.fulfill({ response });
  });
  await lena.button('Start the setup').click();
  await portalHeading(lena, 'Single sign-on').waitFor();
  await inState(lena, 'ready');
  assert.equal(spent, 2, 'one fresh link, not a loop');
  // One that never works ends in words and a way on, not in a circle.
  await lena.page.unroute('**/settings/sso/portal-link');
  await lena.page.route('**/settings/sso/portal-link', async (route) => {
    const response = await route.fetch();
    spent += 1;
    await new Client().request('GET', (await response.json()).location);
    await route.fulfill({ response });
  });
  await lena.button('Close the setup').click();
  await lena.button('Open the setup').click();
  await lena.page.getByRole('heading', { name: 'The setup could not be opened here' }).waitFor();
  assert.ok(spent <= 6, `${spent} links`);
  forget(lena, /403/);
  await picture(lena, '9-failed');
}));

test('a portal session that ends is renewed without losing the place', () => place.visit(async (lena) => {
  await openSetup(lena, 'lena@riverside.example');
  const me = await lena.page.locator('[data-sso-portal]').getAttribute('data-organization');
  assert.equal(me, '', 'tied while the page was open');
  await lena.page.evaluate(() => window.scrollTo(0, 300));
  await place.world.control('POST', '/simulator/portal/sessions', { seconds_left: 250 });
  const warning = lena.page.getByText(/The setup closes in about \d minutes/);
  await warning.waitFor();
  await picture(lena, '10-warning');
  await lena.button('Stay signed in').click();
  await warning.waitFor({ state: 'hidden' });
  await inState(lena, 'ready');
  await lena.page.evaluate(() => { window.scrollTo(0, 300); document.querySelector('iframe').focus(); });
  await lena.page.evaluate(() => { window.firstFrame = document.querySelector('iframe'); });
  await place.world.control('POST', '/simulator/portal/sessions', { seconds_left: 0 });
  await until(() => lena.page.evaluate(() => document.querySelector('iframe') !== window.firstFrame), 15000, 'a new frame');
  await inState(lena, 'ready');
  await portalHeading(lena, 'Single sign-on').waitFor();
  assert.equal(await lena.page.evaluate(() => document.activeElement?.tagName), 'IFRAME');
  assert.equal(await lena.page.evaluate(() => window.scrollY), 300);
}));

test('SEC-AP-07, SEC-AP-08, SEC-AP-09: forged events change nothing', () => place.visit(async (lena) => {
  await lena.page.clock.install();
  await openSetup(lena, 'lena@seaside.example');
  await lena.page.waitForLoadState('networkidle');  // the looks that opening leads to are over
  const organization = await lena.page.evaluate(async () => (await (await fetch('/settings/sso/status', { headers: { accept: 'application/json' } })).json()).organization_id);
  const simulator = place.world.simulatorUrl;
  const event = (event_type, organization_id = organization) => ({ event_type, object: 'connection', organization_id,
    message: '<img src=x onerror=alert(1)>', data: { id: 'conn_1', enabled: true, error_code: 'COOKIES_BLOCKED', expiry: '2030-01-01T00:00:00Z' } });
  let links = 0;
  let looks = 0;
  lena.page.on('request', (request) => {
    if (request.url().endsWith('/portal-link')) links += 1;
    if (request.url().endsWith('/status')) looks += 1;
  });
  const kinds = ['PORTAL_LOAD_FAILURE', 'PORTAL_SESSION_EXPIRY', 'PORTAL_SESSION_WARNING', 'ORGANIZATION_SSO_ENABLED'];
  // SEC-AP-07: from the page itself, from a frame without an origin, and from a second frame of the right origin.
  await lena.page.evaluate((events) => { for (const one of events) window.postMessage(one, '*'); }, kinds.map((kind) => event(kind)));
  await lena.page.evaluate((src) => {
    const nowhere = document.createElement('iframe');
    nowhere.setAttribute('sandbox', 'allow-scripts');
    nowhere.name = 'nowhere';
    const second = document.createElement('iframe');
    second.name = 'second';
    second.src = src;
    document.body.append(nowhere, second);
    return new Promise((done) => { second.onload = done; });
  }, `${simulator}/magicLink/never`);
  for (const name of ['second', 'nowhere']) {
    const hostile = lena.page.frames().find((frame) => frame.name() === name);
    await hostile.evaluate((events) => { for (const one of events) window.parent.postMessage(one, '*'); }, kinds.map((kind) => event(kind)));
  }
  // SEC-AP-08: from the portal itself, of another organization, of unknown kinds and shapes.
  const portal = lena.page.frames().find((frame) => frame.url().startsWith(`${simulator}/portal`));
  await portal.evaluate((events) => { for (const one of events) window.parent.postMessage(one, '*'); },
    [...kinds.map((kind) => event(kind, 'org_1')), event('__proto__'), event('constructor'), event('SSO_ENABLED'), null, 'text', 7, [], { event_type: {} },
      { event_type: 'ORGANIZATION_SSO_ENABLED' }]);
  await lena.page.clock.runFor(2000);  // longer than a change would wait for others
  assert.deepEqual([links, looks, await stateOf(lena)], [0, 0, 'ready']);
  assert.equal(await lena.page.getByText('The setup closes in about').isVisible(), false);
  // SEC-AP-09: even the portal's own word is only a reason to ask the server, and the server says what is so.
  await portal.evaluate((one) => window.parent.postMessage(one, '*'), event('ORGANIZATION_SSO_ENABLED'));
  await lena.page.clock.runFor(2000);
  await until(() => looks === 1, 5000, 'the look at the status');
  await region(lena, 'Connections').getByText('None yet. The setup leads you through it.').waitFor();
  assert.equal(await lena.page.locator('img').count(), 0);
  forget(lena, /favicon|frame-ancestors/);
}));

test('without JavaScript the setup opens in a tab of its own', () => place.visit(async (lena) => {
  await settings(lena, 'lena@woodside.example');
  assert.equal(await lena.button('Start the setup').isVisible(), false);
  const [tab] = await Promise.all([lena.context.waitForEvent('page'), lena.button('Open in a new tab').click()]);
  await tab.getByRole('heading', { level: 1, name: 'Single sign-on' }).waitFor();
  assert.equal(new URL(tab.url()).origin, place.world.simulatorUrl);
  assert.equal(await tab.evaluate(() => document.referrer).catch(() => ''), '');  // SEC-AP-12
  await lena.page.reload();
  await lena.sees('Single sign-on');
}, { javaScriptEnabled: false }));

test('the setup by keyboard alone, and a page that a foreign site may not frame', () => place.visit(async (lena) => {
  await settings(lena, 'lena@moorside.example');
  const keys = lena.page.keyboard;
  for (let i = 0; i < 40; i++) {
    await keys.press('Tab');
    if (await lena.page.evaluate(() => document.activeElement.textContent === 'Start the setup')) break;
  }
  await keys.press('Enter');
  await inState(lena, 'ready');
  await until(() => lena.page.evaluate(() => document.activeElement.tagName === 'IFRAME'), 5000, 'focus in the portal');
  const answer = await lena.context.request.get(lena.url('/settings/sso'));  // SEC-AP-05, SEC-AP-06
  assert.match(answer.headers()['content-security-policy'], /frame-src http:\/\/localhost:\d+; frame-ancestors 'none'/);
  assert.equal(answer.headers()['x-frame-options'], 'DENY');
  assert.equal(answer.headers()['cache-control'], 'no-store');
}));
