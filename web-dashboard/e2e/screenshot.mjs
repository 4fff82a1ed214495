// A picture of the dashboard with a pair open: node e2e/screenshot.mjs URL OUT.png [light|dark]
import { openBrowser } from './browser.mjs';

const [url, out, colorScheme = 'light'] = process.argv.slice(2);
if (url === undefined || out === undefined) {
  console.error('usage: node e2e/screenshot.mjs URL OUT.png [light|dark]');
  process.exit(2);
}
const browser = await openBrowser();
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, deviceScaleFactor: 1.5, colorScheme });
  page.setDefaultTimeout(30_000);
  await page.goto(url);
  await page.locator('.agent').first().waitFor();
  await page.locator('.stream-status.live').waitFor();
  await page.locator('.heatmap').focus();
  for (const key of ['ArrowRight', 'ArrowRight', 'Enter']) await page.keyboard.press(key);
  await page.locator('.charts').waitFor();
  await page.getByRole('button', { name: '15 min' }).click();
  await page.locator('.charts[data-range="15m"]').waitFor();
  await page.locator('.heatmap').blur();
  await page.screenshot({ path: out });
  console.log(out);
} finally {
  await browser.close();
}
