// SPDX-License-Identifier: Apache-2.0
// Every page of both programs: by keyboard, without JavaScript, on a phone, in light and dark. Pictures go to artifacts/.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { artifacts, suite } from './support/browser.mjs';
import { contrast, focused, layout, reachable, structure } from './support/page_checks.mjs';
import { organization } from './support/world.mjs';

const place = suite({ env: { APP_SCALEKIT_LOGOUT: 'true' } });
const pictures = join(artifacts, 'pages');
mkdirSync(pictures, { recursive: true });

async function signInAs(visitor, email) {
  await visitor.startByLink(organization.globex);
  await visitor.signInAtIdp(email);
  await visitor.arrived('/dashboard');
}
async function typeEmail(visitor, email) {
  await visitor.goTo('/login');
  await visitor.page.getByLabel('Work e-mail').fill(email);
  await visitor.button('Continue').click();
}
/** As in a browser that follows no refresh: the page on the way to the company stays. */
const withoutRefresh = (visitor) => visitor.page.route(visitor.url('/login'), async (route) => {
  if (route.request().method() !== 'POST') return route.continue();
  const response = await route.fetch();
  return route.fulfill({ response, body: (await response.text()).replace(/<meta http-equiv="refresh"[^>]*>/, '') });
});

/** name, how a visitor comes to it, its heading */
const pages = [
  ['app front', async (v) => v.goTo('/'), 'Work orders everybody can follow'],
  ['app sign-in', async (v) => v.goTo('/login'), 'Sign in'],
  ['app sign-in choice', async (v) => typeEmail(v, 'jun@globex.example'), 'How do you want to sign in?'],
  ['app password', async (v) => typeEmail(v, 'pat@harbour-cafe.example'), 'Enter your password'],
  ['app password wrong', async (v) => v.typePassword('pat@harbour-cafe.example', 'wrong'), 'Enter your password'],
  ['app leaving', async (v) => {
    await withoutRefresh(v);
    await typeEmail(v, 'alice@acme.example');
  }, "Taking you to your company's sign-in"],
  ['app sign-up', async (v) => v.goTo('/signup'), 'Start a team'],
  ['app sign-up problems', async (v) => {
    await v.goTo('/signup');
    for (const [label, text] of [['Company or team', ' '], ['Your name', ' '], ['Work e-mail', 'a@b'], ['Password', 'password1234']]) {
      await v.page.getByLabel(label).fill(text);
    }
    await v.button('Create the team').click();
    await v.page.getByRole('alert').first().waitFor();
  }, 'Start a team'],
  ['app dashboard', async (v) => v.signInByPassword('ada.lovelace@example.com', 'copper lantern ridge'), 'Work orders'],
  ['app dashboard empty', async (v) => v.signInByPassword('pat@harbour-cafe.example', 'seven tidy marbles'), 'Work orders'],
  ['app dashboard long words', async (v) => {
    await signInAs(v, `${'annemarie-constantinopolitana'.repeat(2)}@globex.example`);
    await v.page.getByLabel('What has to be done').fill('Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft');
    await v.page.getByLabel('Where').fill('Taumatawhakatangihangakoauauotamateaturipukakapikimaungahoronukupokaiwhenuaki');
    await v.button('Add').click();
    await v.arrived('/dashboard');
  }, 'Work orders'],
  ['app account', async (v) => {
    await signInAs(v, 'kim@globex.example');
    await v.goTo('/account');
  }, 'Your account'],
  ['app account with password', async (v) => {
    await v.signInByPassword('ada.lovelace@example.com', 'copper lantern ridge');
    await v.goTo('/account?done=session');
  }, 'Your account'],
  ['app rules', async (v) => {
    await v.signInByPassword('ada.lovelace@example.com', 'copper lantern ridge');
    await v.goTo('/settings/sso/policy');
    await v.page.getByRole('button', { name: 'Add a group', exact: true }).click();
    await v.page.getByLabel('Group 1', { exact: true }).fill('engineering');
  }, 'Accounts and roles'],
  ['app migration window', async (v) => {
    await v.signInByPassword('ada.lovelace@example.com', 'copper lantern ridge');
    await v.goTo('/settings/sso/migration');
  }, 'Moving to another connection'],
  ['app rules problems', async (v) => {
    await v.signInByPassword('ada.lovelace@example.com', 'copper lantern ridge');
    await v.goTo('/settings/sso/policy');
    for (const n of [1, 2]) {
      await v.page.getByRole('button', { name: 'Add a group', exact: true }).click();
      await v.page.getByLabel(`Group ${n}`, { exact: true }).fill('Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft');
    }
    await v.page.getByLabel('Their role').selectOption('');
    await v.button('Save').click();
    await v.page.getByRole('alert').waitFor();
  }, 'Accounts and roles'],
  ['app rules overtaken', async (v) => {
    await v.signInByPassword('ada.lovelace@example.com', 'copper lantern ridge');
    await v.goTo('/settings/sso/policy');
    const typed = await v.page.locator('form[action="/settings/sso/policy"]').evaluate((form) => Object.fromEntries(new FormData(form)));
    const other = await v.context.request.post(v.url('/settings/sso/policy'), { form: { ...typed, action: 'save', updates: typed.updates === 'on' ? 'off' : 'on' },
      headers: { origin: new URL(v.page.url()).origin }, maxRedirects: 0 });
    assert.equal(other.status(), 303);
    await v.button('Save').click();
    await v.page.getByRole('alert').waitFor();
  }, 'Accounts and roles'],
  ['app connect', async (v) => {
    await v.startByLink(organization.test);
    await v.signInAtIdp('sam.ortiz@example.com');
  }, 'Connect your account'],
  ['app connect wrong', async (v) => {
    await v.startByLink(organization.test);
    await v.signInAtIdp('sam.ortiz@example.com');
    await v.page.getByLabel('Password of this account').fill('wrong');
    await v.button('Connect and sign in').click();
    await v.page.getByRole('alert').waitFor();
  }, 'Connect your account'],
  ['app connect expired', async (v) => v.goTo('/login/link'), 'This step has expired'],
  ['app switch', async (v) => {
    await v.signInByPassword('ada.lovelace@example.com', 'copper lantern ridge');
    await v.startByLink(organization.globex);
    await v.signInAtIdp(`${'annemarie-constantinopolitana'.repeat(2)}@globex.example`);
  }, 'Sign in as somebody else?'],
  ['app switch expired', async (v) => v.goTo('/login/switch'), 'This step has expired'],
  ['app invitation', async (v) => v.goTo('/invitation'), 'Your invitation'],
  ['app invitation dead', async (v) => {
    await v.goTo('/invitation');
    await v.page.getByLabel('Link from the mail').fill('A'.repeat(43));
    await v.button('Open the invitation').click();
  }, 'This invitation does not work any more'],
  ['app sign-in with a company', async (v) => v.goTo('/login?method=company'), 'Sign in with a company'],
  ['app sign-in with an unknown company', async (v) => {
    await v.goTo('/login?method=company');
    await v.page.getByLabel("The company's domain").fill('nobody.example');
    await v.button('Continue').click();
    await v.page.getByRole('alert').waitFor();
  }, 'Sign in with a company'],
  ['app confirm address', async (v) => {
    await v.startByLink(organization.acme);
    await v.signInAtIdp('carol@acme.example');
  }, 'Confirm your address'],
  ['app confirm address, link sent', async (v) => {
    await v.startByLink(organization.acme);
    await v.signInAtIdp('carol@acme.example');
    await v.button('Mail me a link').click();
    await v.sees('Open the link in your mail');
  }, 'Open the link in your mail'],
  ['app confirm address, nothing waits', async (v) => v.goTo('/login/confirm'), 'Nothing waits here'],
  ['app refused', async (v) => {
    await v.startByLink(organization.globex);
    await v.failAtIdp('access_denied');
  }, 'Something did not work'],
  ['app settings people', async (v) => {
    await v.signInByPassword('ada.lovelace@example.com', 'copper lantern ridge');
    await v.goTo('/settings/people');
  }, 'People'],
  ['app settings requests', async (v) => {
    await v.signInByPassword('ada.lovelace@example.com', 'copper lantern ridge');
    await v.goTo('/settings/requests');
  }, 'Requests'],
  ['app settings invitations', async (v) => {
    await v.signInByPassword('ada.lovelace@example.com', 'copper lantern ridge');
    await v.goTo('/settings/invitations');
  }, 'Invitations'],
  ['app settings emergency', async (v) => {
    await v.signInByPassword('ada.lovelace@example.com', 'copper lantern ridge');
    await v.goTo('/settings/emergency');
  }, 'Emergency access'],
  ['app mailbox empty', async (v) => v.goTo('/dev/mailbox'), 'Mailbox'],
  ['app not found', async (v) => v.goTo('/no/such/page'), 'Page not found'],
  ['simulator start', async (v) => v.page.goto(place.world.simulatorUrl), 'Your local Scalekit environment'],
  ['simulator start with faults', async (v) => {
    await v.page.goto(place.world.simulatorUrl);
    await v.page.getByText('What each fault does').click();
    await v.page.getByLabel('Fault', { exact: true }).selectOption('wrong_iss');
    await v.page.getByRole('button', { name: 'Switch the fault on' }).click();
    await v.page.getByText('Faults are switched on').waitFor();
    await place.world.clearFaults();
  }, 'Your local Scalekit environment'],
  ['simulator login', async (v) => v.startByLink(organization.globex), 'IdP Simulator'],
  ['simulator login somebody else', async (v) => {
    await v.startByLink(organization.test);
    await v.page.getByRole('radio', { name: 'Somebody else' }).check();
    await v.page.getByRole('button', { name: '+ Add attribute' }).click();
  }, 'IdP Simulator'],
  ['simulator login idp-initiated', async (v) => {
    await v.startByLink(organization.acme);
    await v.page.getByRole('radio', { name: /^IdP initiated/ }).check();
  }, 'IdP Simulator'],
  ['simulator login error', async (v) => {
    await v.startByLink(organization.globex);
    await v.page.getByRole('radio', { name: /^Error/ }).check();
  }, 'IdP Simulator'],
  ['simulator login problem', async (v) => {
    await v.startByLink(organization.globex);
    await v.page.getByRole('radio', { name: 'Somebody else' }).check();
    await v.submitIdp();
    await v.page.getByRole('alert').waitFor();
  }, 'IdP Simulator'],
  ['simulator error', async (v) => v.page.goto(`${place.world.simulatorUrl}/login?authRequestID=gone`), 'Cannot continue'],
  ['simulator signed out', async (v) => v.page.goto(`${place.world.simulatorUrl}/oidc/logout`), 'Signed out'],
];

const sizes = [[320, 640], [1280, 800]];
for (const [name, open, heading] of pages) {
  test(`${name}: named, labelled, readable, reachable by Tab`, () => place.visit(async (visitor) => {
    await open(visitor);
    await visitor.sees(heading);
    const { page } = visitor;
    const problems = (await page.evaluate(structure)).map((p) => `structure: ${p}`);
    for (const [width, height] of sizes) {
      await page.setViewportSize({ width, height });
      for (const colorScheme of ['light', 'dark']) {
        await page.emulateMedia({ colorScheme });
        for (const check of [layout, contrast]) {
          problems.push(...(await page.evaluate(check)).map((p) => `${width} ${colorScheme} ${check.name}: ${p}`));
        }
        await page.screenshot({ path: join(pictures, `${name} ${width} ${colorScheme}.png`.replaceAll(' ', '-')), fullPage: true });
      }
    }
    problems.push(...await tabThrough(page));
    assert.deepEqual(problems, []);
  }));
}

/** Presses Tab until the page is through; everything must be met, and show it. */
async function tabThrough(page) {
  const problems = [];
  const expected = await page.evaluate(reachable);
  await page.evaluate(() => { document.activeElement?.blur(); window.scrollTo(0, 0); });
  const met = new Set();
  for (let presses = 0; presses < expected.length * 2 + 10; presses++) {
    await page.keyboard.press('Tab');
    const now = await page.evaluate(focused);
    if (!now) continue;
    if (met.has(now.index) && met.size >= expected.length) break;
    met.add(now.index);
    if (!now.shows) problems.push(`focus does not show: ${now.is}`);
    if (!now.onScreen) problems.push(`focus is off the screen: ${now.is}`);
  }
  for (const { index, is } of expected) if (!met.has(index)) problems.push(`Tab does not reach: ${is}`);
  return [...new Set(problems)];
}

test('a whole sign-in and sign-out by keyboard alone', () => place.visit(async (jun) => {
  const keys = jun.page.keyboard;
  const press = async (key, until) => {
    for (let i = 0; i < 40; i++) {
      const there = await jun.page.evaluate((text) => {
        const { activeElement: focus } = document;
        return focus !== document.body && (focus.textContent.includes(text) || focus.value === text);
      }, until);
      if (there) return;
      await keys.press(key);
    }
    assert.fail(`${key} never leads to ${until}`);
  };
  // The browser gives the focus by itself, some time after the page is there.
  const focused = (locator) => locator.and(jun.page.locator(':focus')).waitFor();
  await jun.goTo('/login');
  await focused(jun.page.getByLabel('Work e-mail'));
  await keys.type('jun@globex.example');
  await keys.press('Enter');
  await jun.sees('How do you want to sign in?');
  await focused(jun.button("Continue with your company's sign-in"));
  await keys.press('Enter');
  await jun.atIdp();
  await press('Tab', 'jun@globex.example');  // the hint chose him
  await keys.press('Enter');
  await jun.arrived('/dashboard');
  await jun.assertSignedIn('jun@globex.example');
  await press('Tab', 'Sign out');
  await keys.press('Enter');
  await jun.arrived('/login');
  await jun.assertNobody();
}));

test('the first Tab leads past the header', () => place.visit(async (jun) => {
  await signInAs(jun, 'jun@globex.example');
  await jun.page.keyboard.press('Tab');
  await jun.page.keyboard.press('Enter');
  assert.equal(await jun.page.evaluate(() => document.activeElement.id), 'main');
}));

test('a whole sign-in without JavaScript', () => place.visit(async (jun) => {
  await jun.startByEmail('jun@globex.example');
  await jun.signInAtIdp('jun@globex.example');
  await jun.arrived('/dashboard');
  await jun.assertSignedIn('jun@globex.example');
  await jun.signOut();
  await jun.assertNobody();
}, { javaScriptEnabled: false }));

test('the page on the way to the company can be left by hand', () => place.visit(async (alice) => {
  await withoutRefresh(alice);
  await typeEmail(alice, 'alice@acme.example');
  await alice.sees("Taking you to your company's sign-in");
  await alice.page.getByRole('link', { name: 'Continue' }).click();
  await alice.atIdp();
}));

test('the policy of every page forbids what a page of ours never needs', () => place.visit(async (visitor) => {
  const policyOf = async (url) => {
    const answer = await visitor.context.request.get(url, { maxRetries: 2 });
    return Object.fromEntries(answer.headers()['content-security-policy'].split('; ').map((d) => [d.split(' ')[0], d.split(' ').slice(1).join(' ')]));
  };
  for (const path of ['/', '/login', '/signup', '/login/link', '/no/such/page', '/sso/callback']) {
    const policy = await policyOf(visitor.url(path));
    assert.equal(policy['default-src'], "'none'", path);
    assert.equal(policy['form-action'], "'self'", path);
    assert.equal(policy['frame-ancestors'], "'none'", path);
    assert.equal(policy['base-uri'], "'none'", path);
    assert.doesNotMatch(JSON.stringify(policy), /unsafe|\*|data:/, path);
  }
  const simulator = await policyOf(`${place.world.simulatorUrl}/`);
  assert.equal(simulator['default-src'], "'none'");
  // Its forms end in redirects to the application, and to nobody else's.
  assert.equal(simulator['form-action'], `'self' ${place.world.baseUrl}`);
}));

// Proves that the checks above can fail.
test('the suite notices what a page must not do', async () => {
  const spoil = (script) => place.visit(async (visitor) => {
    await visitor.goTo('/login');
    await visitor.page.evaluate(script);
    await visitor.goTo('/login');  // what the page complained about has arrived by then
  }, { evidence: false });
  await assert.rejects(spoil(() => { document.body.append(Object.assign(document.createElement('style'), { textContent: 'p{}' })); }), /Content Security Policy/);
  await assert.rejects(spoil(() => { document.body.append(Object.assign(document.createElement('img'), { src: 'https://evil.example/x' })); }), /complained/);
  await assert.rejects(spoil(() => { console.error('something went wrong'); }), /something went wrong/);
  await place.visit(async (visitor) => {
    await visitor.goTo('/login');
    const { page } = visitor;
    assert.deepEqual([await page.evaluate(structure), await page.evaluate(layout), await page.evaluate(contrast)], [[], [], []]);
    await page.evaluate(() => {
      document.querySelector('label').remove();
      document.querySelector('main').style.minWidth = '3000px';
      document.querySelector('.sub').style.color = 'rgb(200, 200, 200)';
      document.querySelector('button').style.outline = 'none';
    });
    assert.match((await page.evaluate(structure)).join(), /no label/);
    assert.match((await page.evaluate(layout)).join(), /scrolls sideways/);
    assert.match((await page.evaluate(contrast)).join(), /1\.\d\d:1, less than 4\.5:1: "Start with/);
    assert.match((await tabThrough(page)).join(), /focus does not show: <button/);
  });
});

