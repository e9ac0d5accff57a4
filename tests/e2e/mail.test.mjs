// SPDX-License-Identifier: Apache-2.0
// What goes by mail: invitations (JIT.md rows 5, 8 and 28), and links that prove an address (part 4, rows 4 and 7). Mails are read in
// the development mailbox, as a person would.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { artifacts, suite } from './support/browser.mjs';
import { pictureInto } from './support/pictures.mjs';
import { defaultSeed } from './support/world.mjs';

const org = 'org_80000000000000001', conn = 'conn_80000000000000002';
const password = 'velvet anchor meadow';
const pictures = join(artifacts, 'mail');
mkdirSync(pictures, { recursive: true });

const seed = defaultSeed();
seed.organizations.push({ organization_id: org, tenant_id: 'workshop', name: 'Workshop', domains: ['workshop.example'],
  policy: { mode: 'optional', default_role: 'member' },
  members: [
    { email: 'ines@workshop.example', name: 'Ines Owner', role: 'owner', password },
    { email: 'adam@workshop.example', name: 'Adam Admin', role: 'admin', password },
    { email: 'pat@workshop.example', name: 'Pat Member', role: 'member', password },
    { email: 'unconfirmed@workshop.example', name: 'Un Confirmed', role: 'member', password, email_verified: false },
  ] },
  { tenant_id: 'elsewhere', name: 'Elsewhere', members: [{ email: 'known@elsewhere.example', name: 'Kay Known', role: 'owner', password }] });
const person = (email, email_verified) => ({ email, given_name: email.split('@')[0], family_name: 'Workshop', email_verified });
const organizations = [{ id: org, display_name: 'Workshop', slug: 'workshop', domains: [],
  connections: [{ id: conn, provider: 'OKTA', type: 'OIDC', enabled: true, people: [
    ...['guest', 'thief', 'twice', 'back', 'known'].map((name) => ({ email: `${name}@elsewhere.example`, given_name: name })),
    person('new@workshop.example', false), person('pasted@workshop.example', false), person('late@workshop.example', false),
    person('pat@workshop.example', true), person('unconfirmed@workshop.example', true)] }] }];
const place = suite({ seed, organizations });

/** The newest mail to this address, and the link in it. */
async function mailTo(visitor, address) {
  const answer = await visitor.context.request.get(visitor.url('/dev/mailbox'), { headers: { accept: 'application/json' } });
  assert.equal(answer.status(), 200);
  const mail = (await answer.json()).find((one) => one.to === address);
  assert.ok(mail, `no mail to ${address}`);
  return { ...mail, link: /http:\/\/localhost:\d+\/(?:invitation|login\/confirm)#[A-Za-z0-9_-]{43}/.exec(mail.text)?.[0] };
}
async function invite(admin, address, role = 'Member') {
  await admin.goTo('/settings/invitations');
  await admin.page.getByLabel('Their e-mail address').fill(address);
  await admin.page.getByLabel('Their role').selectOption({ label: role });
  await admin.button('Send the invitation').click();
  await admin.page.getByText('The invitation is on its way.').waitFor();
  return (await mailTo(admin, address)).link;
}
async function comeIn(guest, link, email) {
  await guest.page.goto(link);
  await guest.sees('Join Workshop');
  await guest.button('Continue with Workshop').click();
  await guest.signInAtIdp(email);
}
const ask = async (visitor, email) => {
  await visitor.startByLink(org);
  await visitor.signInAtIdp(email);
};

test('a guest with another company\'s address comes in by an invitation, with the role of the inviter', () => place.visit(async (ines, arrive) => {
  await ines.signInByPassword('ines@workshop.example', password);
  await ines.goTo('/settings/invitations');
  await ines.sees('Invitations');
  await pictureInto(pictures, ines, '1-invitations-empty');
  const link = await invite(ines, 'guest@elsewhere.example', 'Admin');
  await pictureInto(pictures, ines, '2-invitations');

  const guest = await arrive();
  await ask(guest, 'guest@elsewhere.example');
  await guest.assertRefusedAndNobody({ reason: 'invitation_required', says: /You have been invited/, next: /Open the link/ });
  await guest.page.goto(link);
  await guest.sees('Join Workshop');
  assert.equal(guest.page.url(), guest.url('/invitation'), 'the token is taken out of the address');
  await guest.page.getByText('Ines Owner').waitFor();
  await pictureInto(pictures, guest, '3-invitation');
  await guest.button('Continue with Workshop').click();
  await guest.signInAtIdp('guest@elsewhere.example');
  await guest.arrived('/dashboard');
  const me = await guest.assertSignedIn('guest@elsewhere.example');
  assert.deepEqual([me.organization.id, me.organization.role], ['workshop', 'admin']);

  await ines.goTo('/settings/invitations');
  await ines.page.getByRole('heading', { name: 'No invitation waits' }).waitFor();
  const again = await arrive();
  await again.page.goto(link);
  await again.sees('This invitation does not work any more');
  // From then on the company's domain is the way in: the own address says nothing of it.
  await again.page.getByRole('link', { name: 'Sign in' }).click();
  await again.page.getByRole('link', { name: "Sign in with a company's domain" }).click();
  await again.page.getByLabel("The company's domain").fill('workshop.example');
  await again.button('Continue').click();
  await again.signInAtIdp('guest@elsewhere.example');
  await again.arrived('/dashboard');
  assert.equal((await again.assertSignedIn('guest@elsewhere.example')).account.id, me.account.id);
}));

test('whoever has the mail of somebody else comes in neither with it nor past it', () => place.visit(async (ines, arrive) => {
  await ines.signInByPassword('ines@workshop.example', password);
  const link = await invite(ines, 'twice@elsewhere.example');
  const thief = await arrive();
  await comeIn(thief, link, 'thief@elsewhere.example');
  await thief.assertRefusedAndNobody({ reason: 'invitation_other_address', says: /another e-mail address/ });
  const guest = await arrive();
  await comeIn(guest, link, 'twice@elsewhere.example');
  await guest.arrived('/dashboard');
  await guest.assertSignedIn('twice@elsewhere.example');
}));

test('an invitation that was sent again or taken back leads nowhere', () => place.visit(async (adam, arrive) => {
  await adam.signInByPassword('adam@workshop.example', password);
  await adam.goTo('/settings/invitations');
  assert.deepEqual(await adam.page.getByLabel('Their role').locator('option').allTextContents(), ['Member'], 'an admin makes no admins');
  const first = await invite(adam, 'back@elsewhere.example');
  await adam.button('Send again to back@elsewhere.example').click();
  await adam.page.getByText('Sent again.').waitFor();
  const second = (await mailTo(adam, 'back@elsewhere.example')).link;
  const guest = await arrive();
  await guest.page.goto(first);
  await guest.sees('This invitation does not work any more');
  await guest.page.goto('about:blank');
  await guest.page.goto(second);
  await guest.sees('Join Workshop');
  await adam.button('Take back the invitation of back@elsewhere.example').click();
  await adam.page.getByText('Taken back.').waitFor();
  await guest.button('Continue with Workshop').click();
  await guest.sees('This invitation does not work any more');
  await guest.assertNobody();
}));

test('whoever has an account elsewhere joins with it, once it is proven', () => place.visit(async (ines, arrive) => {
  await ines.signInByPassword('ines@workshop.example', password);
  const known = await arrive();
  await comeIn(known, await invite(ines, 'known@elsewhere.example'), 'known@elsewhere.example');
  await known.sees('Connect your account');
  await known.assertNobody();
  await known.page.getByLabel('Password of this account').fill(password);
  await known.button('Connect and sign in').click();
  await known.arrived('/dashboard');
  const me = await known.assertSignedIn('known@elsewhere.example');
  assert.deepEqual([me.organization.id, me.organization.role], ['workshop', 'member']);
}));

test('an address that nobody confirmed is proven by a link, in the same browser', () => place.visit(async (fresh, arrive) => {
  await ask(fresh, 'new@workshop.example');
  await fresh.sees('Confirm your address');
  await pictureInto(pictures, fresh, '4-confirm');
  await fresh.button('Mail me a link').click();
  await fresh.sees('Open the link in your mail');
  await pictureInto(pictures, fresh, '5-sent');
  const { link, subject } = await mailTo(fresh, 'new@workshop.example');
  assert.equal(subject, 'Confirm your address for Fieldnote');
  const elsewhere = await arrive();
  await elsewhere.page.goto(link);
  await elsewhere.sees('Nothing waits here');
  await elsewhere.assertNobody();
  await fresh.page.goto('about:blank');  // as a click in a mail does, not a jump within the page
  await fresh.page.goto(link);
  assert.equal(fresh.page.url(), fresh.url('/login/confirm'));
  await fresh.assertNobody();
  await fresh.button('Confirm and sign in').click();
  await fresh.arrived('/dashboard');
  await fresh.assertSignedIn('new@workshop.example');
}));

test('works without the script, by pasting the newest link', () => place.visit(async (pasted) => {
  await ask(pasted, 'pasted@workshop.example');
  await pasted.button('Mail me a link').click();
  const first = await mailTo(pasted, 'pasted@workshop.example');
  await pasted.button('Send another link').click();
  await pasted.sees('Open the link in your mail');
  const second = await mailTo(pasted, 'pasted@workshop.example');
  assert.notEqual(first.link, second.link);
  await pasted.page.getByLabel('Or paste the link here').fill(first.link);
  await pasted.button('Confirm and sign in').click();
  await pasted.page.getByRole('alert').getByText('not the newest link').waitFor();
  await pasted.page.getByLabel('Or paste the link here').fill(second.link);
  await pasted.button('Confirm and sign in').click();
  await pasted.arrived('/dashboard');
  await pasted.assertSignedIn('pasted@workshop.example');
}, { javaScriptEnabled: false }));

test('whoever gives up is nobody, and the mail opens nothing', () => place.visit(async (late) => {
  await ask(late, 'late@workshop.example');
  await late.button('Mail me a link').click();
  await late.sees('Open the link in your mail');
  const { link } = await mailTo(late, 'late@workshop.example');
  await late.button('Not my address, go back').click();
  await late.arrived('/login');
  await late.page.goto(link);
  await late.sees('Nothing waits here');
  await late.assertNobody();
}));

test('a link stands in for the password of an account that was here before', () => place.visit(async (pat) => {
  await ask(pat, 'pat@workshop.example');
  await pat.sees('Connect your account');
  await pat.button('Mail me a link instead').click();
  await pat.sees('Open the link in your mail');
  await pat.page.goto('about:blank');
  await pat.page.goto((await mailTo(pat, 'pat@workshop.example')).link);
  await pat.button('Confirm and sign in').click();
  await pat.arrived('/dashboard');
  assert.equal((await pat.assertSignedIn('pat@workshop.example')).session.method, 'sso');
}));

// Pre-hijacking: somebody registered the address first, never confirmed it, and waits with a password and a session
test('an account that nobody confirmed goes to the mailbox\'s owner, and whoever made it is out', () => place.visit(async (mallory, arrive) => {
  await mallory.signInByPassword('unconfirmed@workshop.example', password);
  const owner = await arrive();
  await ask(owner, 'unconfirmed@workshop.example');
  await owner.sees('Confirm your address');
  await mallory.assertSignedIn('unconfirmed@workshop.example');
  await owner.button('Mail me a link').click();
  await owner.sees('Open the link in your mail');
  await owner.page.goto('about:blank');
  await owner.page.goto((await mailTo(owner, 'unconfirmed@workshop.example')).link);
  await owner.button('Confirm and sign in').click();
  await owner.arrived('/dashboard');
  await owner.assertSignedIn('unconfirmed@workshop.example');
  await mallory.assertNobody();
  await mallory.typePassword('unconfirmed@workshop.example', password);
  await mallory.page.getByRole('alert').getByText('do not belong together').waitFor();
  await mallory.assertNobody();
}));
