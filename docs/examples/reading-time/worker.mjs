// A processor of its own: it imports nothing of Recto, and no library. Node 20 or later.
//   RECTO_API_URL=http://127.0.0.1:8010 RECTO_WORKER_TOKEN=recto-worker-… node worker.mjs
import { hostname } from 'node:os';
import { listenToNats } from './nats.mjs';

const API = (process.env.RECTO_API_URL ?? 'http://127.0.0.1:8010').replace(/\/+$/, '');
const TOKEN = process.env.RECTO_WORKER_TOKEN;
if (!TOKEN) {
  console.error('RECTO_WORKER_TOKEN: “npm run server -- token add reading-time” prints one.');
  process.exit(1);
}
const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => stopping.abort());

/** One call; its answer, or null where it has none (204). An error carries the server's code. */
async function call(method, path, body, signal) {
  const reply = await fetch(API + path, {
    method,
    headers: { authorization: `Bearer ${TOKEN}`, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
    signal,
  });
  if (reply.status === 204) return null;
  const answer = await reply.json();
  if (!reply.ok) throw Object.assign(new Error(answer.detail ?? answer.title), { code: answer.code, status: reply.status });
  return answer;
}

/** The work itself: data in, data out. */
function measure(text, { words_per_minute: pace = 238 }) {
  const words = (part) => part.split(/\s+/u).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
  const sentences = text.match(/[^.!?…]+[.!?…]*["”’)]*/gu)?.map((sentence) => sentence.trim()) ?? [];
  const count = words(text);
  return {
    words: count,
    // Silent and aloud: Brysbaert, “How many words do we read per minute?”, 2019.
    minutes: Math.round((count / pace) * 100) / 100,
    minutes_aloud: Math.round((count / 183) * 100) / 100,
    longest_sentence: sentences.reduce((longest, sentence) => (words(sentence) > words(longest) ? sentence : longest), ''),
  };
}

/** One job: kept alive while it runs, and ended once, with what was made or with what went wrong. */
async function work({ run_id, job, blob, config, lease_ms }) {
  const on = (action) => `/api/v1/worker/jobs/${job.id}/${action}?run_id=${run_id}`;
  const alive = setInterval(() => call('POST', on('progress'), {}).catch(() => undefined), lease_ms / 3);
  try {
    const data = measure(String(blob.data.content), config);
    const { derived_id } = await call('POST', on('complete'), { schema_id: 'reading-time-v1', data });
    console.log(`${blob.id} → ${derived_id}: ${data.words} words, ${data.minutes} minutes`);
  } catch (error) {
    console.error(`${blob.id}: ${error.message}`);
    // 409: the job is another's by now. Else say what went wrong; the server decides whether it is tried again.
    if (error.status !== 409) await call('POST', on('fail'), { code: 'processor_failed', message: error.message.slice(0, 500) }).catch(() => undefined);
  } finally {
    clearInterval(alive);
  }
}

const pause = (ms) => new Promise((resolve) => {
  const timer = setTimeout(resolve, ms);
  stopping.signal.addEventListener('abort', () => (clearTimeout(timer), resolve()));
});

// Where the server runs NATS, wait for its bell; where it doesn't, at the server's own door (a long poll).
const bell = await listenToNats(() => call('GET', '/api/v1/worker', undefined, stopping.signal), stopping.signal);
console.log(`Working on reading-time for ${API}${bell?.isOpen() ? ', woken by NATS' : ''}`);
for (let failures = 0; !stopping.signal.aborted; ) {
  try {
    const taken = await call('POST', '/api/v1/worker/jobs/take', { worker: `${hostname()} ${process.pid}`, wait_ms: bell?.isOpen() ? 1000 : 20_000 }, stopping.signal);
    failures = 0;
    if (taken) await work(taken);
    else await bell?.next();
  } catch (error) {
    if (stopping.signal.aborted) break;
    if (error.status === 401 || error.status === 403) {
      console.error(error.message);
      process.exitCode = 1;
      break;
    }
    if (failures++ === 0) console.error(`${API}: ${error.cause?.message ?? error.message}; trying again`);
    // Twice as long each time, up to half a minute, and never all workers at once.
    await pause(Math.min(30_000, 250 * 2 ** failures) * (0.5 + Math.random() / 2));
  }
}
bell?.close();
