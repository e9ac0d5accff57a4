// SPDX-License-Identifier: Apache-2.0
// The token of a link from a mail stands in the fragment of the address, which no server, proxy or referrer ever sees. It is
// taken out of the address at once and put into the form that is there to take it. Without this script a person pastes it.
const form = document.querySelector('[data-mail-link]');

function takeToken() {
  const token = window.location.hash.slice(1);
  if (window.location.href.includes('#')) window.history.replaceState(null, '', window.location.pathname);
  if (!form || !/^[A-Za-z0-9_-]{43}$/.test(token)) return;
  form.elements.token.value = token;
  form.querySelector('[data-mail-link-field]').hidden = true;
  for (const line of document.querySelectorAll('[data-mail-link-missing]')) line.hidden = true;
  if ('mailLinkAtOnce' in form.dataset) form.requestSubmit();
  else form.querySelector('button').focus();
}

takeToken();
window.addEventListener('hashchange', takeToken);  // another link, opened in the same tab
