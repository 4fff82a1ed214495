import { render } from 'preact';
import { effect } from '@preact/signals';
import './page/page.css';
import { followAgents, refreshAgents } from './agents/agents-state';
import { browserSurroundings, LiveStream } from './api/live-stream';
import { brokenWhy, heardStream, startClock } from './freshness/freshness-state';
import { applyMessage, applyNodes, summary } from './mesh/mesh-state';
import { App } from './page/App';
import { followPair } from './pair-detail/pair-state';
import { followAddress } from './place/place-state';
import { reloadOnce } from './page/reload-once';
import { paintTheme } from './theme/theme-state';

const stream = new LiveStream(browserSurroundings(), {
  nodes: applyNodes,
  message(message) {
    applyMessage(message);
    heardStream(message.at);
  },
  broken(why) {
    brokenWhy.value = why;
    // A WebSocket that is refused does not say why; the same question by HTTP tells if a token is wanted.
    void refreshAgents();
  },
  outdated: reloadOnce,
});

paintTheme();
startClock();
followAddress();
followAgents();
followPair();
stream.open();
document.addEventListener('visibilitychange', () => {
  if (!document.hidden) stream.retryNow();
});
window.addEventListener('online', () => stream.retryNow());

effect(() => {
  const { down, degraded } = summary.value.perState;
  const news = [down > 0 ? `${down} down` : '', degraded > 0 ? `${degraded} degraded` : ''].filter((part) => part !== '');
  document.title = news.length === 0 ? 'Sentinel Mesh' : `${news.join(', ')} – Sentinel Mesh`;
});

const root = document.getElementById('app');
if (root !== null) render(<App reconnect={() => stream.retryNow()} />, root);
