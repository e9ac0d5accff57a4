// SPDX-License-Identifier: Apache-2.0
// Copies a field that is there to be copied. Without this script, or a clipboard, it is marked and copied by hand.
const told = document.querySelector('[data-copied]');

for (const button of document.querySelectorAll('[data-copy]')) {
  const field = document.getElementById(button.dataset.copy);
  field.addEventListener('focus', () => field.select());
  button.hidden = !navigator.clipboard;
  button.addEventListener('click', async () => {
    try {
      await navigator.clipboard.writeText(field.value);
      told.textContent = 'Copied.';
    } catch {
      field.focus();
      told.textContent = 'Your browser does not let us copy. The link is marked: copy it yourself.';
    }
  });
}
