// SPDX-License-Identifier: Apache-2.0
// Checks that run inside a page and answer with a list of problems; empty is good. Each function is sent to the browser as
// text, so it may use nothing from outside of itself.

/** Structure, names and labels (WCAG 2.2: 1.3.1, 2.4.2, 3.1.1, 3.3.2, 4.1.2), and what our CSP forbids anyway. */
export function structure() {
  const problems = [];
  const of = (element) => element.outerHTML.replace(/\s+/g, ' ').slice(0, 110);
  const visible = (element) => element.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true });
  if (!document.title.trim()) problems.push('no title');
  if (!document.documentElement.lang) problems.push('no language');
  if (document.querySelectorAll('h1').length !== 1) problems.push(`${document.querySelectorAll('h1').length} h1`);
  if (document.querySelectorAll('main').length !== 1) problems.push('not one main');
  for (const control of document.querySelectorAll('input:not([type=hidden]), select, textarea')) {
    if (control.getAttribute('aria-hidden') === 'true' || !visible(control)) continue;
    const name = control.getAttribute('aria-label') || [...control.labels].map((label) => label.innerText).join(' ');
    if (!name.trim()) problems.push(`no label: ${of(control)}`);
  }
  for (const control of document.querySelectorAll('a[href], button')) {
    if (control.getAttribute('aria-hidden') !== 'true' && visible(control) && !control.textContent.trim() && !control.getAttribute('aria-label')) {
      problems.push(`no name: ${of(control)}`);
    }
  }
  const ids = [...document.querySelectorAll('[id]')].map((element) => element.id);
  for (const id of ids) if (ids.indexOf(id) !== ids.lastIndexOf(id)) problems.push(`id ${id} comes twice`);
  for (const element of document.querySelectorAll('[aria-describedby], [aria-labelledby]')) {
    for (const attribute of ['aria-describedby', 'aria-labelledby']) {
      for (const id of (element.getAttribute(attribute) ?? '').split(/\s+/).filter(Boolean)) {
        if (!document.getElementById(id)) problems.push(`${attribute} names nothing: ${of(element)}`);
      }
    }
  }
  let level = 0;
  for (const heading of document.querySelectorAll('h1, h2, h3, h4')) {
    const next = Number(heading.tagName[1]);
    if (next > level + 1) problems.push(`heading level jumps to ${next}: ${of(heading)}`);
    level = next;
  }
  for (const element of document.querySelectorAll('*')) {
    if (element.tagName === 'STYLE' || (element.tagName === 'SCRIPT' && !element.src)) problems.push(`inline: ${of(element)}`);
    for (const { name } of element.attributes) if (name === 'style' || name.startsWith('on')) problems.push(`inline ${name}: ${of(element)}`);
  }
  return problems;
}

/** Nothing is wider than the window, and what is pressed is large enough (WCAG 2.2: 1.4.10, 2.5.8). */
export function layout() {
  const problems = [];
  const root = document.scrollingElement;
  if (root.scrollWidth > root.clientWidth) {
    const widest = [...document.querySelectorAll('body *')].filter((e) => e.getBoundingClientRect().right > root.clientWidth + 1 && !e.closest('.scroll'));
    problems.push(`scrolls sideways: ${root.scrollWidth} > ${root.clientWidth}, ${widest.slice(0, 3).map((e) => e.outerHTML.slice(0, 80)).join(' | ')}`);
  }
  for (const target of document.querySelectorAll('button, .button, input:not([type=hidden]), select')) {
    if (target.getAttribute('aria-hidden') === 'true' || !target.checkVisibility()) continue;
    const hit = (target.closest('label') ?? target).getBoundingClientRect();
    if (hit.width < 24 || hit.height < 24) problems.push(`small target ${hit.width} x ${hit.height}: ${target.outerHTML.slice(0, 80)}`);
  }
  return problems;
}

/** Contrast of text and of the borders of fields (WCAG 2.2: 1.4.3, 1.4.11). */
export function contrast() {
  const problems = new Set();
  const parse = (text) => {
    const numbers = /^rgba?\(([^)]*)\)$/.exec(text)?.[1].split(/[\s,/]+/).map(Number);
    if (!numbers) return null;
    return { rgb: numbers.slice(0, 3), alpha: numbers[3] ?? 1 };
  };
  const over = (top, below) => top.rgb.map((channel, i) => channel * top.alpha + below[i] * (1 - top.alpha));
  const backgroundOf = (element) => {
    const layers = [];
    for (let e = element; e; e = e.parentElement) {
      const layer = parse(getComputedStyle(e).backgroundColor);
      if (!layer) return null;
      layers.push(layer);
      if (layer.alpha === 1) break;
    }
    const canvas = matchMedia('(prefers-color-scheme: dark)').matches ? [18, 18, 18] : [255, 255, 255];
    return layers.reverse().reduce((below, layer) => over(layer, below), canvas);
  };
  const luminance = (rgb) => {
    const [r, g, b] = rgb.map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ratio = (a, b) => {
    const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x);
    return (high + 0.05) / (low + 0.05);
  };
  const judge = (what, color, background, least) => {
    const top = parse(color);
    if (!top || !background) return problems.add(`cannot read a colour of ${what}: ${color}`);
    const found = ratio(over(top, background), background);
    return found < least && problems.add(`${found.toFixed(2)}:1, less than ${least}:1: ${what}`);
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (!node.data.trim() || !element.checkVisibility({ checkVisibilityCSS: true }) || element.closest('.visually-hidden, .hidden-visually, option')) continue;
    const style = getComputedStyle(element);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    judge(`"${node.data.trim().slice(0, 40)}" in ${element.tagName}.${element.className}`, style.color, backgroundOf(element), large ? 3 : 4.5);
  }
  for (const field of document.querySelectorAll('input:not([type=hidden]):not([type=radio]):not(.visually-hidden), select')) {
    if (!field.checkVisibility()) continue;
    const of = `${field.tagName} ${field.name}`;
    judge(`text of ${of}`, getComputedStyle(field).color, backgroundOf(field), 4.5);
    judge(`border of ${of}`, getComputedStyle(field).borderTopColor, backgroundOf(field.parentElement), 3);
    if (field.placeholder) judge(`placeholder of ${of}`, getComputedStyle(field, '::placeholder').color, backgroundOf(field), 4.5);
  }
  return [...problems];
}

/** The element that has the focus: what it is, and whether it shows it (WCAG 2.2: 2.4.7). */
export function focused() {
  const element = document.activeElement;
  if (!element || element === document.body) return null;
  const shows = [element, element.closest('label')].filter(Boolean).some((e) => {
    const style = getComputedStyle(e);
    return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
  });
  const box = element.getBoundingClientRect();
  const onScreen = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
  const all = [...document.querySelectorAll('*')];
  return { index: all.indexOf(element), shows, onScreen, is: element.outerHTML.replace(/\s+/g, ' ').slice(0, 110) };
}

/** Positions of everything that Tab must reach; of radio buttons with one name the chosen one stands for all. */
export function reachable() {
  const all = [...document.querySelectorAll('*')];
  return all.flatMap((element, index) => {
    if (!element.matches('a[href], button, input:not([type=hidden]), select, textarea, summary')) return [];
    if (element.tabIndex < 0 || element.disabled || !element.checkVisibility({ checkVisibilityCSS: true })) return [];
    if (element.type === 'radio' && !element.checked && document.querySelector(`[name="${element.name}"]:checked`)) return [];
    return [{ index, is: element.outerHTML.replace(/\s+/g, ' ').slice(0, 110) }];
  });
}
