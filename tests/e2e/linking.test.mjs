// SPDX-License-Identifier: Apache-2.0
// JIT.md row 6: an account that was here before is opened by the company's sign-in only after its owner proved it.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { suite } from './support/browser.mjs';
import { defaultSeed, organization } from './support/world.mjs';

const password = 'velvet anchor meadow';
const place = suite({ seed: seedWithMembers() });

/** One member per test, so that no test depends on another's links. */
function seedWithMembers() {
  const seed = defaultSeed();
  const northside = seed.organizations.find((o) => o.tenant_id === 'northside');
  for (const name of ['proof', 'twice', 'decline', 'mistake', 'thief', 'late', 'return', 'rotate']) {
    northside.members.push({ email: `${name}@example.com`, name: `Member ${name}`, role: 'member', password });
  }
  northside.members.push({ email: 'unconfirmed@example.com', name: 'Un Confirmed', role: 'member', password, email_verified: false });
  northside.members.push({ email: 'suspended@example.com', name: 'Sus Pended', role: 'member', password, state: 'suspended' });
  return seed;
}

async function comeFromCompany(visitor, email, returnTo) {
  await visitor.startByLink(organization.test, returnTo);
  await visitor.signInAtIdp(email);
}
async function connect(visitor, typed) {
  await visitor.page.getByLabel('Password of this account').fill(typed);
  await visitor.button('Connect and sign in').click();
}
/** What the account itself says, asked by its password in a browser of its own. */
async function assertNotLinked(another, email) {
  const owner = await another();
  await owner.signInByPassword(email, password);
  await owner.goTo('/account');
  await owner.page.getByText('No company sign-in is connected.').waitFor();
}

test('the password links the account, and from then on the company opens it', () => place.visit(async (member, another) => {
  const before = await another();
  await before.signInByPassword('proof@example.com', password);
  const account = (await before.assertSignedIn('proof@example.com')).account;

  await comeFromCompany(member, 'proof@example.com');
  await member.sees('Connect your account');
  await member.assertNobody();
  await connect(member, password);
  await member.arrived('/dashboard');
  const linked = await member.assertSignedIn('proof@example.com');
  assert.equal(linked.account.id, account.id);
  assert.equal(linked.session.method, 'sso');
  assert.equal(linked.identity.organization_id, organization.test);

  const later = await another();
  await comeFromCompany(later, 'proof@example.com');
  await later.arrived('/dashboard');
  assert.equal((await later.assertSignedIn('proof@example.com')).account.id, account.id);
}));

test('a wrong password links nothing, the right one may follow', () => place.visit(async (member, another) => {
  await comeFromCompany(member, 'mistake@example.com');
  await member.sees('Connect your account');
  await connect(member, 'not the password at all');
  await member.page.getByRole('alert').getByText('not the password of this account').waitFor();
  await member.assertNobody();
  await assertNotLinked(another, 'mistake@example.com');

  await connect(member, password);
  await member.arrived('/dashboard');
  await member.assertSignedIn('mistake@example.com');
}));

test('declining links nothing, and the next sign-in asks again', () => place.visit(async (member, another) => {
  await comeFromCompany(member, 'decline@example.com');
  await member.button('Not my account, go back').click();
  await member.arrived('/login');
  await member.assertNobody();
  await assertNotLinked(another, 'decline@example.com');

  await member.goTo('/login/link');
  await member.sees('This step has expired');
  await comeFromCompany(member, 'decline@example.com');
  await member.sees('Connect your account');
  await member.assertNobody();
}));

test('going away without an answer links nothing', () => place.visit(async (member, another) => {
  await comeFromCompany(member, 'late@example.com');
  await member.sees('Connect your account');
  await member.goTo('/dashboard');
  await member.page.waitForURL(/\/login\?return_to=/);
  await member.assertNobody();
  await assertNotLinked(another, 'late@example.com');
}));

test("another browser has no part in somebody's proof", () => place.visit(async (member, another) => {
  await comeFromCompany(member, 'thief@example.com');
  await member.sees('Connect your account');
  const elsewhere = await another();
  await elsewhere.goTo('/login/link');
  await elsewhere.sees('This step has expired');
  await elsewhere.page.getByRole('link', { name: 'Back to sign-in' }).click();
  await elsewhere.arrived('/login');
  await elsewhere.assertNobody();
}));

test('a proof works once', () => place.visit(async (member) => {
  await comeFromCompany(member, 'twice@example.com');
  await member.sees('Connect your account');
  const ticket = await member.cookie('sso_link');
  await connect(member, password);
  await member.arrived('/dashboard');
  await member.signOut();
  await member.context.addCookies([ticket]);  // as if copied from the browser before
  await member.goTo('/login/link');
  await connect(member, password);
  await member.assertRefusedAndNobody({ reason: 'replayed', says: /took too long or was already used/ });
}));

test('the page that was asked for survives the proof', () => place.visit(async (member) => {
  await comeFromCompany(member, 'return@example.com', '/account');
  await connect(member, password);
  await member.arrived('/account');
  await member.page.getByText(/connected .* last used/).waitFor();
}));

// SEC-SE-02
test('the session of before the proof ends when the new one begins', () => place.visit(async (member) => {
  await member.signInByPassword('rotate@example.com', password);
  const old = await member.cookie('sid');
  await comeFromCompany(member, 'rotate@example.com');
  await connect(member, password);
  await member.arrived('/dashboard');
  const fresh = await member.cookie('sid');
  assert.notEqual(fresh.value, old.value);
  await member.context.addCookies([old]);
  await member.assertNobody();
}));

// JIT.md row 7: whoever signed up with somebody else's address first must not be handed that person's sign-in.
test('an account whose address nobody confirmed is not linked before the mailbox\'s owner has proven it', () => place.visit(async (member, another) => {
  await comeFromCompany(member, 'unconfirmed@example.com');
  await member.sees('Confirm your address');
  await member.assertNobody();
  await assertNotLinked(another, 'unconfirmed@example.com');
}));

test('nobody can take a colleague\'s address by signing up first', () => place.visit(async (squatter, another) => {
  await squatter.goTo('/signup');
  await squatter.page.getByLabel('Company or team').fill('Not Globex');
  await squatter.page.getByLabel('Your name').fill('Squatter');
  await squatter.page.getByLabel('Work e-mail').fill('lena@globex.example');
  await squatter.page.getByLabel('Password').fill('borrowed name tag here');
  await squatter.button('Create the team').click();
  await squatter.assertRefusedAndNobody({ reason: 'sso_required', title: /company's sign-in/, next: /work e-mail/ });

  const lena = await another();
  await lena.startByLink(organization.globex);
  await lena.signInAtIdp('lena@globex.example');
  await lena.arrived('/dashboard');
  await lena.assertSignedIn('lena@globex.example');
}));

test('a break-glass owner is sent to the password', () => place.visit(async (owner) => {
  await owner.startByLink(organization.acme);
  await owner.chooseAtIdp('owner@acme.example');
  await owner.page.getByLabel('Email verified').selectOption('true');
  await owner.submitIdp();
  await owner.assertRefusedAndNobody({ reason: 'break_glass', next: /Sign in with its password/ });
}));

test('a suspended account stays shut', () => place.visit(async (member) => {
  await comeFromCompany(member, 'suspended@example.com');
  await member.assertRefusedAndNobody({ reason: 'account_suspended', says: /suspended/, next: /administrator/ });
}));
