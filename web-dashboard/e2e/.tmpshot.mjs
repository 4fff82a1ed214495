import { startSimulatedAggregator, someFaults } from '/tmp/w/dashboard/web-dashboard/dev/simulated-aggregator.mjs';
import { SimulatedMesh } from '/tmp/w/dashboard/web-dashboard/dev/simulated-mesh.mjs';
import { openBrowser } from '/tmp/w/dashboard/web-dashboard/e2e/browser.mjs';
const cases = {
  small: { o: { agents: 3, loopback: true }, pair: true, scheme: 'light' },
  nine: { o: { agents: 9 }, faults: true, pair: false, scheme: 'light' },
  ninedark: { o: { agents: 9 }, faults: true, pair: true, scheme: 'dark' },
  phone: { o: { agents: 5 }, faults: true, pair: true, scheme: 'dark', vp: { width: 390, height: 844 } },
  sixty: { o: { agents: 60, perSite: 4 }, faults: true, scheme: 'light' },
  big: { o: { agents: 300, perSite: 5 }, faults: true, scheme: 'dark' },
  empty: { o: { agents: 0 }, scheme: 'light' },
};
const browser = await openBrowser();
for (const name of process.argv.slice(2).length ? process.argv.slice(2) : Object.keys(cases)) {
  const c = cases[name];
  const mesh = new SimulatedMesh(c.o);
  if (c.faults) someFaults(mesh);
  const s = await startSimulatedAggregator({ mesh });
  const page = await browser.newPage({ viewport: c.vp ?? { width: 1440, height: 900 }, colorScheme: c.scheme, deviceScaleFactor: c.vp ? 2 : 1 });
  page.on('console', m => console.log(name, m.type(), m.text()));
  page.on('pageerror', e => console.log(name, 'ERR', e.message));
  const hash = c.pair ? `#/mesh?from=${mesh.nodes[1].id}&to=${mesh.nodes[2].id}${c.range ? '&range=' + c.range : ''}` : '';
  await page.goto(s.url + hash);
  await page.waitForTimeout(2500);
  if (name === 'nine') await page.mouse.move(420, 420);
  await page.waitForTimeout(400);
  console.log(name, await page.evaluate(() => JSON.stringify(document.querySelector('.heatmap')?.dataset)));
  await page.screenshot({ path: `/tmp/shot-${name}.png`, fullPage: c.vp !== undefined });
  await page.close();
  await s.close();
}
await browser.close();
