// SPDX-License-Identifier: Apache-2.0
// What does not end in a sign-in: each way ends on a page that says what to do next, with nobody signed in.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { suite } from './support/browser.mjs';
import { organization } from './support/world.mjs';

const place = suite();
const provider = (path, body) => place.world.control(body ? 'POST' : 'GET', path, body);

async function signIn(visitor, email = 'jun@globex.example', organizationId = organization.globex) {
  await visitor.startByLink(organizationId);
  await visitor.signInAtIdp(email);
  await visitor.arrived('/dashboard');
}

// ---------------------------------------------------------------- the identity provider says no

test('cancelling at the identity provider signs nobody in', () => place.visit(async (jun) => {
  await jun.startByEmail('jun@globex.example');
  await jun.failAtIdp('access_denied');
  await jun.assertRefusedAndNobody({ reason: 'provider_error', says: /cancelled or did not let you through/,
    next: /If you did not cancel it yourself/ });
}));

test('after a cancelled sign-in the next one works', () => place.visit(async (jun) => {
  await jun.startByLink(organization.globex);
  await jun.failAtIdp('access_denied');
  await jun.assertRefused({ reason: 'provider_error' });
  await signIn(jun);
  await jun.assertSignedIn('jun@globex.example');
}));

for (const [scenario, says] of [['Invalid user credentials', /did not let you through/], ['User not found', /did not let you through/],
  ['Server error', /gave an answer that we cannot use/]]) {
  test(`the simulator's own scenario "${scenario}" signs nobody in`, () => place.visit(async (jun) => {
    await jun.startByLink(organization.globex);
    await jun.page.getByRole('radio', { name: /^Error/ }).check();
    await jun.page.getByRole('radio', { name: new RegExp(scenario) }).check();
    await jun.submitIdp();
    await jun.assertRefusedAndNobody({ reason: 'provider_error', says });
  }));
}

// Each code by itself: tests/integration/app/callback_hostile.test.mjs. Here one of each kind that the page can be of.
for (const code of ['user_not_active', 'server_error', 'invalid_user_domain']) {
  test(`the error ${code} of Scalekit has a page and signs nobody in`, () => place.visit(async (visitor) => {
    await visitor.startByLink(organization.globex);
    await visitor.failAtIdp(code);
    await visitor.assertRefusedAndNobody({ reason: 'provider_error', says: /\w/ });
  }));
}

test('an error from the portal signs nobody in', () => place.visit(async (dave) => {
  await dave.startByLink(organization.acme);
  await dave.chooseAtIdp('dave@acme.example');  // inactive there
  await dave.page.getByRole('radio', { name: /^IdP initiated SSO/ }).check();
  await dave.submitIdp();
  await dave.assertRefusedAndNobody({ reason: 'provider_error', says: /did not let you through/ });
}));

test('an organization whose connection is switched off says so before the redirect', () => place.visit(async (jun) => {
  const connection_id = 'conn_70000000000000012';
  await provider('/simulator/connections', { connection_id, enabled: 'false' });
  try {
    await place.world.restartApp(0);  // forgets what it knew of the connection
    await jun.startByLink(organization.globex);
    await jun.assertRefusedAndNobody({ reason: 'connection_disabled', says: /not switched on/, next: /administrator/ });
  } finally {
    await provider('/simulator/connections', { connection_id, enabled: 'true' });
    await place.world.restartApp(0);
  }
}));

test('a link of an organization that is not here leads nowhere', () => place.visit(async (visitor) => {
  await visitor.startByLink('org_99999999999999999');
  await visitor.assertRefusedAndNobody({ reason: 'unknown_selector', title: 'Page not found' });
}));

test('whom the company does not vouch for gets no account before the mailbox has', () => place.visit(async (visitor) => {
  // Acme's connection is not trusted for its domain, and the address is not called verified.
  await visitor.startByLink(organization.acme);
  await visitor.signInAtIdp('carol@acme.example');
  await visitor.sees('Confirm your address');
  await visitor.assertNobody();
}));

// ---------------------------------------------------------------- the browser

test('without the cookie of the start the answer opens nothing', () => place.visit(async (jun) => {
  await jun.startByLink(organization.globex);
  await jun.context.clearCookies({ name: /^sso_login_/ });
  await jun.signInAtIdp('jun@globex.example');
  await jun.assertRefusedAndNobody({ reason: 'browser', says: /took too long or was already used/, next: /Start again/ });
}));

test('a cookie of the start that was changed opens nothing', () => place.visit(async (jun) => {
  await jun.startByLink(organization.globex);
  const cookie = (await jun.context.cookies(place.world.baseUrl)).find((c) => c.name.startsWith('sso_login_'));
  const middle = cookie.value.length >> 1;
  cookie.value = cookie.value.slice(0, middle) + (cookie.value[middle] === 'A' ? 'B' : 'A') + cookie.value.slice(middle + 1);
  await jun.context.addCookies([cookie]);
  await jun.signInAtIdp('jun@globex.example');
  await jun.assertRefusedAndNobody({ reason: 'state', says: /could not confirm your sign-in/ });
}));

// RFC 9700 4.7: somebody's answer, slipped to somebody else, must not sign them in as the first.
test("another browser cannot use somebody's answer", () => place.visit(async (attacker, another) => {
  const stolen = await interceptedCallback(attacker);
  const victim = await another();
  await victim.goTo(stolen);
  await victim.assertRefusedAndNobody({ reason: 'browser' });
  await victim.startByLink(organization.globex);  // with a sign-in of its own on the way it is refused as well
  await victim.goTo(stolen);
  await victim.assertRefusedAndNobody({ reason: 'state' });
}));

/** Signs in up to the answer, which is kept from arriving. */
async function interceptedCallback(visitor) {
  let url;
  const pattern = `${place.world.baseUrl}/sso/callback?*`;
  await visitor.startByLink(organization.globex);
  await visitor.chooseAtIdp('jun@globex.example');
  await visitor.page.route(pattern, (route) => {
    url = route.request().url();
    return route.fulfill({ status: 204 });
  });
  const seen = visitor.page.waitForRequest((request) => request.url().includes('/sso/callback?'));
  await visitor.submitIdp();
  await seen;
  await visitor.page.unroute(pattern);
  return url ?? (await seen).url();
}

test('two tabs may sign in at once, in either order', () => place.visit(async (_, another) => {
  for (const order of [[0, 1], [1, 0]]) {
    const visitor = await another();
    const tabs = [visitor.page, await visitor.context.newPage()];
    for (const tab of tabs) {
      visitor.page = tab;
      await visitor.startByLink(organization.globex);
      await visitor.atIdp();
    }
    for (const index of order) {
      visitor.page = tabs[index];
      await visitor.signInAtIdp('jun@globex.example');
      await visitor.arrived('/dashboard');
    }
    await visitor.assertSignedIn('jun@globex.example');
    for (const tab of tabs) {
      await tab.goto(visitor.url('/dashboard'));
      visitor.page = tab;
      await visitor.sees('Work orders');
    }
    await visitor.signOut();
    await visitor.assertNobody();  // one session for both, and it is over
  }
}));

test('cancelling in one tab does not disturb the other', () => place.visit(async (visitor) => {
  const first = visitor.page;
  await visitor.startByLink(organization.globex);
  visitor.page = await visitor.context.newPage();
  await visitor.startByLink(organization.globex);
  await visitor.failAtIdp('access_denied');
  await visitor.assertRefusedAndNobody({ reason: 'provider_error' });
  visitor.page = first;
  await visitor.signInAtIdp('jun@globex.example');
  await visitor.arrived('/dashboard');
  await visitor.assertSignedIn('jun@globex.example');
}));

test('going back after the sign-in harms nothing', () => place.visit(async (jun) => {
  await jun.goTo('/');
  await signIn(jun);
  const before = await jun.assertSignedIn('jun@globex.example');

  await jun.page.goBack();  // to the identity provider's page, whose request is used up
  await jun.page.getByText('This sign-in is over').waitFor();
  await jun.page.getByText('Go back to the application and sign in again.').waitFor();
  await jun.page.goBack();  // to our front page: whoever is signed in is taken home
  await jun.arrived('/dashboard');
  assert.deepEqual(await jun.assertSignedIn('jun@globex.example'), before);
}));

test('going back from the company leads to the step before, and on again', () => place.visit(async (jun) => {
  await jun.startByEmail('kim@globex.example');  // the wrong address
  await jun.page.goBack();
  await jun.sees('How do you want to sign in?');
  await jun.page.getByRole('link', { name: 'change' }).click();
  await jun.continueWithCompany('jun@globex.example');
  await jun.signInAtIdp('jun@globex.example');
  await jun.arrived('/dashboard');
  await jun.assertSignedIn('jun@globex.example');
}));

test('the sign-in page takes home whoever is signed in already', () => place.visit(async (jun) => {
  await signIn(jun);
  await jun.goTo('/login');
  await jun.arrived('/dashboard');
}));

test('a sign-in form that is sent again from an old page begins anew', () => place.visit(async (jun) => {
  await jun.goTo('/login');
  const old = jun.page;
  jun.page = await jun.context.newPage();
  await signIn(jun);
  jun.page = old;
  await jun.continueWithCompany('kim@globex.example');
  await jun.signInAtIdp('kim@globex.example');
  await jun.arrived('/dashboard');
  await jun.assertSignedIn('kim@globex.example');
}));

test('going back after signing out shows nothing of before', () => place.visit(async (jun) => {
  await signIn(jun);
  await jun.signOut();
  await jun.page.goBack();
  await jun.page.waitForURL(/\/login/);
  await jun.assertNobody();
}));

test('a callback URL that is loaded again takes home whoever is signed in', () => place.visit(async (jun) => {
  await signIn(jun);
  const before = await jun.assertSignedIn('jun@globex.example');
  await jun.goTo(jun.callbacks.at(-1));
  await jun.arrived('/dashboard');
  assert.deepEqual(await jun.assertSignedIn('jun@globex.example'), before, 'a new session began');
}));

test('a replayed callback URL signs nobody in: same browser, signed out', () => place.visit(async (jun) => {
  await signIn(jun);
  await jun.signOut();
  await jun.goTo(jun.callbacks.at(-1));
  await jun.assertRefusedAndNobody({ reason: 'browser', says: /already used/ });
}));

// SEC-CB-15: the cookie alone does not make it work twice.
test('a replayed callback URL signs nobody in, even with the cookie of the start put back', () => place.visit(async (jun) => {
  await jun.startByLink(organization.globex);
  const started = (await jun.context.cookies(place.world.baseUrl)).filter((c) => c.name.startsWith('sso_login_'));
  assert.equal(started.length, 1);
  await jun.signInAtIdp('jun@globex.example');
  await jun.arrived('/dashboard');
  await jun.signOut();
  await jun.context.addCookies(started);
  await jun.goTo(jun.callbacks.at(-1));
  await jun.assertRefusedAndNobody({ reason: 'replayed', says: /already used/ });
}));

test('a replayed callback URL signs nobody in: another browser', () => place.visit(async (jun, another) => {
  await signIn(jun);
  const other = await another();
  await other.goTo(jun.callbacks.at(-1));
  await other.assertRefusedAndNobody({ reason: 'browser' });
}));

test('a portal token works once', () => place.visit(async (ines, another) => {
  await ines.page.goto(place.world.simulatorUrl);
  const initiated = ines.page.waitForRequest((request) => request.url().includes('idp_initiated_login='));
  await ines.page.getByRole('button', { name: 'Open app as Inès Ibáñez' }).click();
  const url = (await initiated).url();
  await ines.arrived('/dashboard');
  const other = await another();
  await other.goTo(url);
  await other.assertRefusedAndNobody({ reason: 'replayed' });
}));

test('callback URLs that nobody was sent to sign nobody in', () => place.visit(async (visitor) => {
  for (const [query, reason] of [['', 'state'], ['?code=abc', 'state'], ['?code=abc&state=def', 'browser'],
    ['?error=access_denied', 'state'], ['?code=a&state=b&state=c', 'duplicate_parameter'], ['?id_token=x&state=y', 'malformed'],
    ['?idp_initiated_login=nonsense', 'malformed']]) {
    await visitor.goTo(`/sso/callback${query}`);
    await visitor.assertRefusedAndNobody({ reason });
  }
}));

// ---------------------------------------------------------------- Scalekit in trouble

async function signInUnderFault(visitor, fault) {
  await visitor.startByLink(organization.globex);
  await visitor.chooseAtIdp('jun@globex.example');
  await place.world.fault(fault);
  try {
    await visitor.submitIdp();
    await visitor.page.waitForURL((url) => url.origin === place.world.baseUrl);
  } finally {
    await place.world.clearFaults();
  }
}

test('a slow Scalekit is waited for', () => place.visit(async (jun) => {
  await signInUnderFault(jun, { fault: 'slow', endpoint: 'token', count: 1, value: '1500' });
  await jun.arrived('/dashboard');
  await jun.assertSignedIn('jun@globex.example');
}));

const silent = /did not answer in time|gave an answer that we cannot use/;
const unusable = /could not confirm your sign-in/;
// Every fault of Scalekit: tests/integration/app/callback_hostile.test.mjs. Here one of each kind that a person can meet.
for (const [fault, reason, says] of [['hang', 'upstream', silent], ['status_503_html', 'upstream', silent],
  ['truncated', 'upstream', silent], ['garbage_body', 'malformed', unusable]]) {
  test(`a token endpoint with ${fault} signs nobody in`, () => place.visit(async (jun) => {
    jun.context.setDefaultTimeout(40000);  // what hangs is waited for, up to the application's own limit
    await signInUnderFault(jun, { fault, endpoint: 'token', count: 0 });
    await jun.assertRefusedAndNobody({ reason, says, next: /[Aa]gain/ });
    await signIn(jun);  // as soon as Scalekit is well again
    await jun.assertSignedIn('jun@globex.example');
  }));
}

for (const [fault, reason] of [['wrong_key', 'signature'], ['wrong_nonce', 'nonce'], ['wrong_oid', 'organization'], ['expired', 'exp']]) {
  test(`an ID token with ${fault} signs nobody in`, () => place.visit(async (jun) => {
    await signInUnderFault(jun, { fault, endpoint: 'any', count: 1 });
    await jun.assertRefusedAndNobody({ reason, says: /\w/ });
  }));
}

test("the ID token of an earlier sign-in signs nobody in", () => place.visit(async (jun) => {
  await signIn(jun);
  await jun.signOut();
  await signInUnderFault(jun, { fault: 'replayed_id_token', endpoint: 'any', count: 1 });
  await jun.assertRefusedAndNobody({ reason: 'nonce', says: unusable });
}));

for (const mode of ['overlap', 'hard']) {
  test(`signing keys that rotate (${mode}) are followed`, () => place.visit(async (jun) => {
    await place.world.restartApp(0);  // no refetch of another test counts against this one
    await provider('/simulator/keys/rotate', { mode });
    await signIn(jun);
    await jun.assertSignedIn('jun@globex.example');
  }));
}

test('names and groups that hold markup stay text', () => place.visit(async (jun) => {
  await signInUnderFault(jun, { fault: 'html_claims', endpoint: 'any', count: 1 });
  await jun.arrived('/dashboard');
  assert.equal(await jun.page.locator('script, img').count(), 0);
}));

test('a restart of the application between start and answer does not matter', () => place.visit(async (jun) => {
  await jun.startByLink(organization.globex);
  await jun.chooseAtIdp('jun@globex.example');
  await place.world.restartApp(0);  // the process that began it is gone; the browser holds all that is needed
  await jun.submitIdp();
  await jun.arrived('/dashboard');
  await jun.assertSignedIn('jun@globex.example');
}));
