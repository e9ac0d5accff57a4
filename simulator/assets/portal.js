// SPDX-License-Identifier: Apache-2.0
// What the admin portal tells the page that embeds it (Scalekit's UI events), its copy buttons, and the end of the session.
// Everything else works without this script.
const facts = JSON.parse(document.body.dataset.portal);
const askEvery = 5000;
const warnBefore = 300;

/** To the embedding page alone, and only at an origin that the environment has registered: never '*'. A browser drops a
 *  message whose origin does not fit; where it says who embeds us, nothing else is tried. */
function post(event) {
  if (window.parent === window) return;
  const parents = window.location.ancestorOrigins?.length ? [window.location.ancestorOrigins[0]] : facts.origins;
  for (const origin of facts.origins) if (parents.includes(origin)) window.parent.postMessage(event, origin);
}

/** A page that another page of the portal led to is no new load. */
function isFirstPage() {
  const [entry] = performance.getEntriesByType('navigation');
  return entry?.type !== 'navigate' || !document.referrer.startsWith(`${window.location.origin}/`);
}

async function copy(button) {
  const field = document.getElementById(button.dataset.copy);
  const words = button.firstChild;
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
  } catch {
    if (!document.execCommand('copy')) return;  // The value stays selected: the keyboard copies it.
  }
  words.data = 'Copied';
  setTimeout(() => { words.data = 'Copy'; }, 2000);
}

const sessionEvent = (type, message) => ({
  event_type: type, object: 'session', message, organization_id: facts.organization_id, data: { expiry: facts.expiry },
});

function show(text, bad) {
  const notice = document.createElement('p');
  notice.className = bad ? 'notice bad' : 'notice';
  notice.textContent = text;
  document.getElementById('session-notice').replaceChildren(notice);
}

/** Asks the server, whose clock decides: a computer that slept, or a session cut short, is noticed as well. */
async function watch() {
  let warned = false;
  const timer = setInterval(check, askEvery);
  async function check() {
    let state;
    try {
      const answer = await fetch('/portal/session', { cache: 'no-store' });
      if (!answer.ok) return;
      state = await answer.json();
    } catch {
      return;  // The network; the next try may do better.
    }
    const ours = state.session === facts.session;
    if (state.expiry && (ours || !state.session)) facts.expiry = state.expiry;
    if (!ours || state.seconds_left <= 0) {
      clearInterval(timer);
      show('This session has ended. What you saved is kept; open the portal again from your application to go on.', true);
      post(sessionEvent('PORTAL_SESSION_EXPIRY', 'The admin portal session has expired'));
    } else if (!warned && state.seconds_left <= warnBefore) {
      warned = true;
      show('This session ends within 5 minutes. Save what you have typed.', false);
      post(sessionEvent('PORTAL_SESSION_WARNING', 'The admin portal session will expire in 5 minutes'));
    }
  }
  await check();
}

for (const button of document.querySelectorAll('[data-copy]')) {
  button.hidden = false;
  button.addEventListener('click', () => copy(button));
}
if (facts.loaded && isFirstPage()) post(facts.loaded);
for (const event of facts.events) post(event);
if (facts.session) watch();
