// SPDX-License-Identifier: Apache-2.0
// The page of a setup link, for an IT admin without an account. The link's token stands in the fragment of the address, which
// no server, proxy or referrer ever sees. It is taken out of the address at once, kept for this tab alone, and sent in the body
// of the page's own requests; the page shows nothing until the server has said that the link is live.
import { Portal, Refused } from './portal.js';

const kept = 'sso-setup-link';
const form = /^[A-Za-z0-9_-]{43}$/;

/** The token of the address, else the one that this tab came with; null when there is none. */
function takeToken() {
  const given = window.location.hash.slice(1);
  if (window.location.href.includes('#')) window.history.replaceState(null, '', window.location.pathname);
  try {
    if (form.test(given)) window.sessionStorage.setItem(kept, given);
    const token = window.sessionStorage.getItem(kept) ?? '';
    return form.test(token) ? token : null;
  } catch {
    return form.test(given) ? given : null;  // a browser that keeps nothing: a reload then needs the link again
  }
}

function forgetToken() {
  try { window.sessionStorage.removeItem(kept); } catch { /* nothing was kept */ }
}

class LinkPortal extends Portal {
  constructor(root, token) {
    super(root);
    this.token = token;
    // Only while the form is on its way does the token stand in the page.
    const field = root.querySelector('[data-sso-link-token]');
    root.addEventListener('submit', () => { field.value = this.token; setTimeout(() => { field.value = ''; }); });
  }

  fields() { return { ...super.fields(), link: this.token }; }
  askStatus() { return this.post(this.root.dataset.statusPath); }

  async begin() {
    let status;
    try {
      status = await this.askStatus();
    } catch (error) {
      if (error instanceof Refused && error.status === 404) page.dead();
      else page.unknown(error instanceof Refused ? error.retryAfter : 0);
      return;
    }
    this.organizationId = status.organization_id;
    this.take(status);
    page.live(status);
    this.open();
  }

  couldNotOpen(error) {
    if (error instanceof Refused && error.status === 404) this.end();
    else if (error instanceof Refused && error.status === 403) super.trouble(['This page is too old', 'Nothing was lost. Load it again.']);
    else super.couldNotOpen(error);
  }

  couldNotCheck(error, asked) {
    if (error instanceof Refused && error.status === 404) this.end();
    else super.couldNotCheck(error, asked);
  }

  /** The link expired or was taken back. What is saved at the portal is kept. */
  end() {
    clearTimeout(this.timer);
    clearInterval(this.looking);
    this.frame?.remove();
    this.frame = null;
    page.dead();
  }
}

/** The three faces of the page; one is shown. */
const page = {
  at: (name) => document.querySelector(`[data-setup-${name}]`),
  show(face, title) {
    for (const name of ['waiting', 'live', 'dead', 'unknown']) this.at(name).hidden = name !== face;
    this.at('title').textContent = title;
    document.title = document.title.replace(/^.*(?= · )/, title);
  },
  live(status) {
    this.at('organization').textContent = status.organization;
    const until = this.at('until');
    const at = new Date(status.expires_at * 1000);
    until.dateTime = at.toISOString();
    until.textContent = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short' }).format(at);
    this.show('live', 'Set up single sign-on');
  },
  dead() {
    forgetToken();
    this.show('dead', 'This link does not work any more');
  },
  unknown(wait) {
    this.at('wait').textContent = wait ? `Wait ${wait} seconds, then try again.` : 'Try again in a minute.';
    this.show('unknown', 'The link cannot be checked at the moment');
  },
};

const token = takeToken();
// Another link, opened in this tab.
window.addEventListener('hashchange', () => { if (form.test(window.location.hash.slice(1))) window.location.reload(); });
if (token) new LinkPortal(document.querySelector('[data-sso-portal]'), token).begin();
else page.dead();
