// SPDX-License-Identifier: Apache-2.0
// Pages with a frame of another origin in them: pictures for people, and the checks that a machine can make.
import assert from 'node:assert/strict';
import { join } from 'node:path';

import { contrast, layout, structure } from './page_checks.mjs';

/** All sizes and colours of what is there now; and what a machine can say about it. */
export async function pictureInto(folder, visitor, name) {
  const { page } = visitor;
  const before = page.viewportSize();
  const problems = (await page.evaluate(structure)).map((p) => `structure: ${p}`);
  for (const [width, height] of [[320, 640], [1280, 800]]) {
    await page.setViewportSize({ width, height });
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme });
      for (const check of [layout, contrast]) problems.push(...(await page.evaluate(check)).map((p) => `${width} ${colorScheme} ${check.name}: ${p}`));
      // A frame of another origin is painted only where a window would show it: so the window is as high as the page.
      await page.setViewportSize({ width, height: await page.evaluate(() => Math.min(4000, document.documentElement.scrollHeight)) });
      await page.evaluate(() => new Promise((done) => { requestAnimationFrame(() => requestAnimationFrame(done)); }));
      await page.screenshot({ path: join(folder, `${name}-${width}-${colorScheme}.png`), fullPage: true });
      await page.setViewportSize({ width, height });
    }
  }
  await page.emulateMedia({ colorScheme: 'light' });
  await page.evaluate(() => { for (const e of document.querySelectorAll('[style=""]')) e.removeAttribute('style'); });  // left by taking pictures
  await page.setViewportSize(before);
  assert.deepEqual(problems, [], name);
}
