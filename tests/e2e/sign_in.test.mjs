// SPDX-License-Identifier: Apache-2.0
// The ways in: work e-mail, the organization's link, the company's portal.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { suite } from './support/browser.mjs';
import { connection, organization } from './support/world.mjs';

const place = suite({ env: { APP_SCALEKIT_LOGOUT: 'true' } });

test('a work e-mail leads to the company and back, signed in', () => place.visit(async (jun) => {
  await jun.startByEmail('jun@globex.example');
  await jun.signInAtIdp('jun@globex.example');
  await jun.arrived('/dashboard');
  await jun.sees('Work orders');

  const me = await jun.assertSignedIn('jun@globex.example');
  assert.equal(me.account.display_name, 'Jun Sato');
  assert.deepEqual(me.organization, { id: 'globex', name: 'Globex', role: 'member' });
  assert.equal(me.session.method, 'sso');
  assert.equal(me.identity.connection_id, connection.globex);
  assert.equal(me.identity.organization_id, organization.globex);
  assert.equal(me.identity.issuer, place.world.simulatorUrl);
}));

test('case and blanks around the typed address do not matter', () => place.visit(async (ines) => {
  await ines.startByEmail('  INES@Globex.Example ');
  await ines.signInAtIdp('ines@globex.example');
  await ines.arrived('/dashboard');
  await ines.assertSignedIn('ines@globex.example');
}));

test('the identity provider is told who is coming', () => place.visit(async (kim) => {
  await kim.startByEmail('kim@globex.example');
  assert.ok(await kim.page.getByRole('radio', { name: 'kim@globex.example' }).isChecked());
}));

test('the account is that of who signed in there, not of the address typed here', () => place.visit(async (kim) => {
  await kim.startByEmail('jun@globex.example');
  await kim.signInAtIdp('kim@globex.example');
  await kim.arrived('/dashboard');
  await kim.assertSignedIn('kim@globex.example');
}));

test("the organization's link leads straight to the company", () => place.visit(async (hank) => {
  await hank.startByLink(organization.globex);
  await hank.signInAtIdp('hank@globex.example');
  await hank.arrived('/dashboard');
  assert.equal((await hank.assertSignedIn('hank@globex.example')).organization.id, 'globex');
}));

test('an organization that requires its sign-in is asked without a choice between', () => place.visit(async (alice) => {
  await alice.goTo('/login');
  await alice.page.getByLabel('Work e-mail').fill('alice@acme.example');
  await alice.button('Continue').click();
  await alice.signInAtIdp('alice@acme.example');
  await alice.arrived('/dashboard');
  assert.equal((await alice.assertSignedIn('alice@acme.example')).organization.id, 'acme');
}));

test("a tile of the company's portal opens the application, signed in", () => place.visit(async (ines) => {
  await ines.page.goto(place.world.simulatorUrl);
  await ines.page.getByRole('button', { name: 'Open app as Inès Ibáñez' }).click();
  await ines.arrived('/dashboard');
  await ines.assertSignedIn('ines@globex.example');
  // The portal's token is a hint only: what signed her in is a login of our own, with our state.
  assert.equal(ines.callbacks.length, 1);
  assert.ok(new URL(ines.callbacks[0]).searchParams.get('state'));
}));

test('the IdP-initiated scenario of the login page signs in as well', () => place.visit(async (jun) => {
  await jun.startByLink(organization.globex);
  await jun.chooseAtIdp('jun@globex.example');
  await jun.page.getByRole('radio', { name: /^IdP initiated SSO/ }).check();
  await jun.submitIdp();
  await jun.arrived('/dashboard');
  await jun.assertSignedIn('jun@globex.example');
}));

test("the portal's relay state is a place of ours or nothing", () => place.visit(async (first, another) => {
  for (const [relayState, end] of [['/account', '/account'], ['https://evil.example/', '/dashboard']]) {
    const visitor = await another();
    await visitor.startByLink(organization.globex);
    await visitor.chooseAtIdp('kim@globex.example');
    await visitor.page.getByRole('radio', { name: /^IdP initiated SSO/ }).check();
    await visitor.page.getByLabel('Relay state').fill(relayState);
    await visitor.submitIdp();
    await visitor.arrived(end);
    await visitor.assertSignedIn('kim@globex.example');
  }
}));

test('the first sign-in makes the account, the second finds it', () => place.visit(async (atWork, another) => {
  const signIn = async (visitor) => {
    await visitor.startByEmail('nora@globex.example');
    await visitor.chooseAtIdp('nora@globex.example');
    if (await visitor.page.getByLabel('First name').isVisible()) {
      await visitor.page.getByLabel('First name').fill('Nora');
      await visitor.page.getByLabel('Last name').fill('Nyström');
    }
    await visitor.submitIdp();
    await visitor.arrived('/dashboard');
    return visitor.assertSignedIn('nora@globex.example');
  };
  const first = await signIn(atWork);
  assert.equal(first.account.display_name, 'Nora Nyström');
  const second = await signIn(await another());
  assert.equal(second.account.id, first.account.id);

  await atWork.goTo('/account');
  assert.equal(await atWork.page.getByText(/connected .* last used/).count(), 1);
  assert.equal(await atWork.page.getByRole('button', { name: /^End/ }).count(), 2, 'two browsers, one account');
}));

test('a page that needs a sign-in is where the sign-in ends', () => place.visit(async (jun) => {
  await jun.goTo('/account');
  await jun.page.waitForURL(/\/login\?return_to=/);
  await jun.continueWithCompany('jun@globex.example');
  await jun.signInAtIdp('jun@globex.example');
  await jun.arrived('/account');
  await jun.sees('Your account');
}));

test('return_to of a link is honoured with its query', () => place.visit(async (jun) => {
  await jun.startByLink(organization.globex, '/account?done=password');
  await jun.signInAtIdp('jun@globex.example');
  await jun.arrived('/account?done=password');
}));

// SEC-RD-01: as browsers read them, each of these leaves the application or undoes the sign-in.
for (const hostile of ['https://evil.example/', '//evil.example/', '/\\evil.example/', 'javascript:alert(1)', '/logout',
  '/sso/login?organization_id=' + organization.globex]) {
  test(`return_to ${JSON.stringify(hostile)} ends on the dashboard`, () => place.visit(async (jun) => {
    await jun.startByLink(organization.globex, hostile);
    await jun.signInAtIdp('jun@globex.example');
    await jun.arrived('/dashboard');
    await jun.assertSignedIn('jun@globex.example');
  }));
}

// Odd spellings: wherever they end, it is in the application, and no other site is asked (the visitor sees to that).
for (const odd of ['/%2f/evil.example/', '/.//evil.example', '/%5cevil.example']) {
  test(`return_to ${JSON.stringify(odd)} stays in the application`, () => place.visit(async (jun) => {
    await jun.startByLink(organization.globex, odd);
    await jun.signInAtIdp('jun@globex.example');
    await jun.page.waitForURL((url) => url.origin === place.world.baseUrl && !url.pathname.startsWith('/sso/'));
    await jun.assertSignedIn('jun@globex.example');
  }));
}

test('a return_to with a control character is refused before anything begins', () => place.visit(async (jun) => {
  await jun.startByLink(organization.globex, '/\t/evil.example/');
  await jun.assertRefusedAndNobody({ reason: 'malformed', says: /link or form is incomplete or was changed/ });
}));

test('a hostile return_to of the sign-in page is not carried on either', () => place.visit(async (jun) => {
  await jun.goTo('/login?return_to=https://evil.example/');
  await jun.continueWithCompany('jun@globex.example');
  await jun.signInAtIdp('jun@globex.example');
  await jun.arrived('/dashboard');
}));

test('an address of nobody we know gets the password step and no hint', () => place.visit(async (somebody) => {
  await somebody.goTo('/login');
  await somebody.page.getByLabel('Work e-mail').fill('somebody@unknown.example');
  await somebody.button('Continue').click();
  await somebody.sees('Enter your password');
  await somebody.assertNobody();
}));

test('names and groups with markup are shown as text', () => place.visit(async (mallory) => {
  const name = '<img src=x onerror=alert(1)>';
  await mallory.startByLink(organization.globex);
  await mallory.chooseAtIdp('mallory@globex.example');
  await mallory.page.getByLabel('First name').fill(name);
  await mallory.page.getByLabel('Last name').fill('{{csrf_token}}');
  await mallory.submitIdp();
  await mallory.arrived('/dashboard');
  assert.ok((await mallory.page.locator('.who-name').innerText()).startsWith(name));
  await mallory.page.getByLabel('What has to be done').fill('</li><script>alert(2)</script>');
  await mallory.page.getByLabel('Where').fill('"><svg onload=alert(3)>');
  await mallory.button('Add').click();
  await mallory.arrived('/dashboard');
  await mallory.page.getByText('</li><script>alert(2)</script>').first().waitFor();
  await mallory.goTo('/account');
  assert.equal(await mallory.page.locator('script, img, svg[onload]').count(), 0);
}));

test('signing out ends the session on the server', () => place.visit(async (jun) => {
  await jun.startByLink(organization.globex);
  await jun.signInAtIdp('jun@globex.example');
  await jun.arrived('/dashboard');
  const kept = await jun.context.cookies(place.world.baseUrl);
  await jun.signOut();
  await jun.assertNobody();
  await jun.context.addCookies(kept);  // SEC-SE-05: a cookie that was copied is worth nothing now
  await jun.assertNobody();
}));

test('signing out at the company, too, comes back to the sign-in page', () => place.visit(async (jun) => {
  await jun.startByLink(organization.globex);
  await jun.signInAtIdp('jun@globex.example');
  await jun.arrived('/dashboard');
  await jun.goTo('/account');
  let atScalekit = '';
  jun.page.on('request', (request) => { if (request.url().includes('/oidc/logout')) atScalekit = request.url(); });
  await jun.button("Sign out here and at your company's sign-in").click();
  await jun.page.waitForURL((url) => url.origin === place.world.baseUrl && url.pathname === '/login');
  await jun.sees('Sign in');
  assert.ok(atScalekit.startsWith(place.world.simulatorUrl), 'Scalekit was not asked to sign out');
  await jun.assertNobody();
}));
