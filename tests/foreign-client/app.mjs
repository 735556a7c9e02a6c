// A small app on Slack's own SDK. What works for it here works in Slack: the sandbox was not written for it.
//   node app.mjs socket|http     with SLACK_API_URL, SLACK_BOT_TOKEN, SLACK_APP_TOKEN, SLACK_SIGNING_SECRET, PORT
// It writes a line of JSON for each thing that reached it, and ends when its input does.
import { File } from 'node:buffer';
import crypto from 'node:crypto';

// Node 18, which Debian 12 has, does not know this one by itself, and the SDK's HTTP client asks for it while it is loaded.
globalThis.File ??= File;
// The same of the next two, which its socket asks for. Half of a surrogate pair becomes the sign for what cannot be shown.
String.prototype.toWellFormed ??= function toWellFormed() {
  return Array.from(this, (c) => (c.length === 1 && c >= '\uD800' && c <= '\uDFFF' ? '\uFFFD' : c)).join('');
};
crypto.hash ??= (algorithm, data, encoding) => crypto.createHash(algorithm).update(data).digest(encoding);
const { default: bolt } = await import('@slack/bolt');

const socketMode = process.argv[2] === 'socket';
const tell = (what, more = {}) => process.stdout.write(`${JSON.stringify({ what, ...more })}\n`);

const app = new bolt.App({
  token: process.env.SLACK_BOT_TOKEN,
  clientOptions: { slackApiUrl: process.env.SLACK_API_URL, retryConfig: { retries: 1 } },
  logLevel: bolt.LogLevel.WARN,
  ...(socketMode
    ? { socketMode: true, appToken: process.env.SLACK_APP_TOKEN }
    : {
        signingSecret: process.env.SLACK_SIGNING_SECRET,
        endpoints: ['/slack/commands', '/slack/interactions', '/slack/events'],
      }),
});

const text = (value) => ({ type: 'plain_text', text: value });

app.command('/incident', async ({ command, ack, respond, client }) => {
  tell('command', { text: command.text, user: command.user_id });
  if (command.text === 'form') {
    await ack();
    const opened = await client.views.open({
      trigger_id: command.trigger_id,
      view: {
        type: 'modal',
        callback_id: 'foreign_form',
        private_metadata: command.channel_id,
        title: text('A form'),
        submit: text('Send'),
        blocks: [{ type: 'input', block_id: 'word', label: text('A word'), element: { type: 'plain_text_input', action_id: 'said' } }],
      },
    });
    tell('opened', { view: opened.view.id });
    return;
  }
  await ack(`I heard ${command.text}`);
  await respond({ response_type: 'in_channel', text: `${command.text}, said by <@${command.user_id}>` });
  await client.chat.postMessage({
    channel: command.channel_id,
    text: 'Press it',
    blocks: [{ type: 'actions', block_id: 'buttons', elements: [{ type: 'button', action_id: 'press_me', text: text('Press me'), value: command.text }] }],
  });
});

app.action('press_me', async ({ ack, body, action, client }) => {
  await ack();
  tell('pressed', { value: action.value, user: body.user.id });
  await client.chat.update({ channel: body.channel.id, ts: body.message.ts, text: `Pressed by <@${body.user.id}>`, blocks: [] });
});

app.view('foreign_form', async ({ ack, view, body, client }) => {
  const said = view.state.values.word.said.value;
  if (said === 'nonsense') {
    await ack({ response_action: 'errors', errors: { word: 'Say something else' } });
    return;
  }
  await ack();
  tell('submitted', { said, user: body.user.id });
  await client.chat.postMessage({ channel: view.private_metadata, text: `Written in the form: ${said}` });
});

app.event('app_mention', async ({ event, client }) => {
  tell('event', { type: event.type, ts: event.ts, user: event.user });
  await client.chat.postMessage({ channel: event.channel, thread_ts: event.ts, text: 'At your service' });
});

app.error(async (error) => tell('error', { message: error.message }));

await app.start(socketMode ? undefined : Number(process.env.PORT));
tell('ready');
process.stdin.resume();
process.stdin.on('end', async () => {
  await app.stop();
  process.exit(0);
});
