// SPDX-License-Identifier: Apache-2.0
// The application's own passwords and sessions, beside the companies' sign-in.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { suite } from './support/browser.mjs';
import { defaultSeed } from './support/world.mjs';

const password = 'velvet anchor meadow';
const place = suite({ seed: seedWithMembers() });

/** One member per test, so that limits and sessions of one test do not reach another. */
function seedWithMembers() {
  const seed = defaultSeed();
  const members = (id) => seed.organizations.find((o) => o.tenant_id === id).members;
  for (const name of ['plain', 'guess', 'everywhere', 'rotate', 'change', 'limit', 'one']) {
    members('harbour-cafe').push({ email: `${name}@harbour-cafe.example`, name: `Member ${name}`, role: 'member', password });
  }
  members('acme').push({ email: 'rita@acme.example', name: 'Rita Required', role: 'member', password });
  return seed;
}
const at = (name) => `${name}@harbour-cafe.example`;

async function signUp(visitor, { company = 'New Team', name = 'Nina New', email, password: typed }) {
  await visitor.goTo('/signup');
  await visitor.page.getByLabel('Company or team').fill(company);
  await visitor.page.getByLabel('Your name').fill(name);
  await visitor.page.getByLabel('Work e-mail').fill(email);
  await visitor.page.getByLabel('Password').fill(typed);
  await visitor.button('Create the team').click();
}

test('signing up makes a team with its owner, signed in', () => place.visit(async (nina) => {
  await signUp(nina, { email: 'nina@new-team.example', password });
  await nina.arrived('/dashboard');
  await nina.page.getByText('Nothing to do yet').waitFor();
  const me = await nina.assertSignedIn('nina@new-team.example');
  assert.equal(me.organization.name, 'New Team');
  assert.equal(me.organization.role, 'owner');
  assert.equal(me.account.email_verified, false);
  assert.equal(me.session.method, 'password');
  assert.equal(me.identity, null);
}));

test('a sign-up with a weak password keeps what was typed, except the password', () => place.visit(async (nina) => {
  await signUp(nina, { email: 'weak@new-team.example', password: 'passwordpassword' });
  await nina.page.getByRole('alert').waitFor();
  assert.equal(await nina.page.getByLabel('Company or team').inputValue(), 'New Team');
  assert.equal(await nina.page.getByLabel('Password').inputValue(), '');
  assert.equal(await nina.page.getByLabel('Password').getAttribute('aria-invalid'), 'true');
  await nina.assertNobody();
}));

test('a sign-up for an address that has an account makes no second one', () => place.visit(async (somebody) => {
  await signUp(somebody, { email: at('plain'), password: 'another long password' });
  await somebody.page.getByRole('alert').getByText('There is an account for this address already').waitFor();
  await somebody.assertNobody();
}));

test('a sign-up under a domain that requires its own sign-in is refused', () => place.visit(async (somebody) => {
  await signUp(somebody, { email: 'new@acme.example', password });
  await somebody.assertRefusedAndNobody({ reason: 'sso_required', title: /company's sign-in/, next: /work e-mail/ });
}));

test('an e-mail and its password sign in', () => place.visit(async (plain) => {
  await plain.goTo('/login');
  await plain.page.getByLabel('Work e-mail').fill(at('plain'));
  await plain.button('Continue').click();
  await plain.sees('Enter your password');
  await plain.page.getByLabel('Password').fill(password);
  await plain.button('Sign in').click();
  await plain.arrived('/dashboard');
  const me = await plain.assertSignedIn(at('plain'));
  assert.equal(me.session.method, 'password');
  assert.equal(me.organization.id, 'harbour-cafe');
}));

test('going back after a password shows the step before it without the password', () => place.visit(async (plain) => {
  await plain.goTo('/login');
  await plain.page.getByLabel('Work e-mail').fill(at('plain'));
  await plain.button('Continue').click();
  await plain.page.getByLabel('Password').fill(password);
  await plain.button('Sign in').click();
  await plain.arrived('/dashboard');
  await plain.page.goBack();
  await plain.sees('Enter your password');
  assert.equal(await plain.page.getByLabel('Password').inputValue(), '');
  await plain.assertSignedIn(at('plain'));
}));

test('an organization that leaves the choice lets its members use the password', () => place.visit(async (sam) => {
  await sam.goTo('/login');
  await sam.page.getByLabel('Work e-mail').fill('sam.ortiz@example.com');
  await sam.button('Continue').click();
  await sam.button('Use password instead').click();
  await sam.page.getByLabel('Password').fill('quiet harbour maple');
  await sam.button('Sign in').click();
  await sam.arrived('/dashboard');
  await sam.assertSignedIn('sam.ortiz@example.com');
}));

// SEC-MP-19: nobody learns which addresses have accounts.
test('a wrong password and an unknown address get the same page', () => place.visit(async (known, another) => {
  const seen = [];
  for (const [visitor, email] of [[known, at('guess')], [await another(), 'nobody@harbour-cafe.example']]) {
    const answered = visitor.page.waitForResponse((r) => r.request().method() === 'POST');
    await visitor.typePassword(email, 'this is not the password');
    const answer = await answered;
    await visitor.page.getByRole('alert').waitFor();
    seen.push({ status: answer.status(), text: await visitor.page.locator('main').innerText(), title: await visitor.page.title() });
    assert.equal(await visitor.page.getByLabel('Password').inputValue(), '', 'the password came back in the page');
    await visitor.assertNobody();
  }
  assert.deepEqual(seen[0], seen[1]);
  assert.equal(seen[0].status, 401);
}));

test('guessing is slowed down, and says how long', () => place.visit(async (guesser) => {
  for (let i = 0; i < 9; i++) {
    await guesser.typePassword(at('limit'), `guess number ${i}`);
    await guesser.page.getByRole('alert').waitFor();
  }
  await guesser.page.getByRole('alert').getByText(/too many tries.*wait/i).waitFor();
  await guesser.assertNobody();
}));

test('a member whose organization requires its sign-in is refused by password and shown the way', () => place.visit(async (rita) => {
  await rita.typePassword('rita@acme.example', password);
  await rita.assertRefused({ reason: 'sso_required', title: /company's sign-in/, says: /own sign-in instead of a password/,
    next: /Enter your work e-mail/ });
  await rita.assertNobody();
  await rita.continueWithCompany('rita@acme.example');  // and that way leads to the company
}));

test('the break-glass owner of that organization gets in by password', () => place.visit(async (owner) => {
  await owner.signInByPassword('owner@acme.example', 'violet engine paper');
  assert.equal((await owner.assertSignedIn('owner@acme.example')).organization.role, 'owner');
}));

test('the page that was asked for is where the password leads', () => place.visit(async (pat) => {
  await pat.goTo('/account');
  await pat.page.getByLabel('Work e-mail').fill('pat@harbour-cafe.example');
  await pat.button('Continue').click();
  await pat.page.getByLabel('Password').fill('seven tidy marbles');
  await pat.button('Sign in').click();
  await pat.arrived('/account');
}));

test('signing out ends this session and no other', () => place.visit(async (one, another) => {
  const two = await another();
  for (const visitor of [one, two]) await visitor.signInByPassword(at('one'), password);
  const kept = await one.cookie('sid');
  await one.signOut();
  await one.assertNobody();
  await one.context.addCookies([kept]);
  await one.assertNobody();
  await two.assertSignedIn(at('one'));
}));

test('one session can be ended from another', () => place.visit(async (one, another) => {
  const two = await another();
  for (const visitor of [one, two]) await visitor.signInByPassword(at('everywhere'), password);
  await one.goTo('/account');
  const other = one.page.getByRole('listitem').filter({ has: one.page.getByRole('button', { name: /^End/ }) })
    .filter({ hasNotText: 'This browser' });
  await other.getByRole('button').click();
  await one.page.getByText('The session was ended.').waitFor();
  await two.assertNobody();
  await one.assertSignedIn(at('everywhere'));
}));

test('signing out everywhere ends every session', () => place.visit(async (one, another) => {
  const two = await another();
  for (const visitor of [one, two]) await visitor.signInByPassword(at('everywhere'), password);
  await one.goTo('/account');
  await one.button('Sign out everywhere').click();
  await one.arrived('/login');
  await one.assertNobody();
  await two.assertNobody();
  await two.goTo('/dashboard');
  await two.page.waitForURL(/\/login\?return_to=/);
}));

// SEC-SE-02
test('a session id that was planted before the sign-in is not the one after it', () => place.visit(async (victim) => {
  const planted = 'A'.repeat(43);
  await victim.context.addCookies([{ name: 'sid', value: planted, url: place.world.baseUrl }]);
  await victim.signInByPassword(at('rotate'), password);
  const fresh = await victim.cookie('sid');
  assert.notEqual(fresh.value, planted);
  assert.ok(fresh.httpOnly);
  assert.equal(fresh.sameSite, 'Lax');
  await victim.context.addCookies([{ name: 'sid', value: planted, url: place.world.baseUrl }]);
  await victim.assertNobody();
}));

test('a new password ends the other sessions and replaces the old one', () => place.visit(async (one, another) => {
  const two = await another();
  for (const visitor of [one, two]) await visitor.signInByPassword(at('change'), password);
  await one.goTo('/account');
  await one.page.getByLabel('Current password').fill(password);
  await one.page.getByLabel('New password').fill('lantern orchard seventeen');
  await one.button('Change password').click();
  await one.page.getByText('Your password is changed.').waitFor();
  await one.assertSignedIn(at('change'));
  await two.assertNobody();
  await two.typePassword(at('change'), password);
  await two.page.getByRole('alert').waitFor();
  await two.signInByPassword(at('change'), 'lantern orchard seventeen');
}));

// SEC-CS-02: a page of another site cannot act for whoever is signed in.
test("another site's form changes nothing", () => place.visit(async (pat) => {
  await pat.signInByPassword('pat@harbour-cafe.example', 'seven tidy marbles');
  const form = `<form method="post" action="${pat.url('/logout')}"><input name="csrf_token" value="x"></form>`;
  await pat.page.route(`${place.world.simulatorUrl}/hostile`, (route) =>
    route.fulfill({ contentType: 'text/html', body: `<!doctype html>${form}<script>document.forms[0].submit()</script>` }));
  await pat.page.goto(`${place.world.simulatorUrl}/hostile`);
  await pat.page.waitForURL(pat.url('/logout'));
  await pat.sees('Something did not work');
  await pat.assertSignedIn('pat@harbour-cafe.example');
}));
