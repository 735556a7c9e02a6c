import { useMemo, useRef } from 'react';
import { splitCommand } from '../text/compose.js';
import { plainWords } from '../text/mrkdwn.js';
import { post } from './api.js';
import { toMessageLink, toThread } from './useRoute.js';
import { ackProblem, formErrors } from './wire.js';

const ACTION_WORDS = {
  operation_timeout: 'The app did not answer within 3 seconds (operation_timeout). It may still act: look before you press again.',
};

const actionWords = (problem) => problem && (ACTION_WORDS[problem] ?? `The app did not take this (${problem}). Try again, or look at what the bot says.`);

/**
 * Everything a person can do, as calls to the sandbox. A deed that fails says so in words:
 * beside what was pressed where there is such a place, else as a notice in the channel.
 */
export function useDeeds({ me, workspace, go, notify }) {
  const now = useRef({});
  now.current = { me, workspace, go, notify };

  return useMemo(() => {
    const person = () => now.current.me;
    const refresh = (...parts) => now.current.workspace.refresh(...parts);
    const told = async (channel, work, thread) => {
      try {
        await work();
        return true;
      } catch (error) {
        now.current.notify(channel, error.message, '', thread);
        return false;
      }
    };
    const command = async (channel, { command, text }) => {
      const known = now.current.workspace.commands.find((one) => one.command === command);
      if (!known) {
        now.current.notify(channel, `${command} is not a valid command.`, 'Type / to see the commands there are.');
        return false;
      }
      return told(channel, async () => {
        // Where the app does not answer in time, the sandbox itself tells the person so, as Slack does.
        await post('/control/command', { user: person(), channel, command, text });
        refresh(`messages:${channel}`, 'view');
      });
    };
    return {
      async send(channel, draft, threadTs) {
        const slash = splitCommand(draft);
        if (slash && threadTs) {
          now.current.notify(channel, `${slash.command} is not supported in threads.`, 'Use the buttons here, or type it in the channel.', threadTs);
          return false;
        }
        if (slash) {
          return command(channel, slash);
        }
        return told(channel, async () => {
          await post('/control/message', { user: person(), channel, text: draft, ...(threadTs && { thread_ts: threadTs }) });
          refresh(`messages:${channel}`);
        }, threadTs);
      },
      async click(where, element, block, value) {
        try {
          const chosen = value === null || value === undefined ? {} : { value };
          const answer = await post('/control/click', {
            user: person(), ...where, action_id: element.action_id, block_id: block.block_id, ...chosen,
          });
          refresh('view', ...(where.channel ? [`messages:${where.channel}`] : ['home']));
          return actionWords(ackProblem(answer.ack));
        } catch (error) {
          return error.message;
        }
      },
      async submit(view, values) {
        try {
          const answer = await post('/control/submit', { user: person(), view_id: view.id, values });
          refresh('view');
          return { errors: formErrors(answer), problem: actionWords(ackProblem(answer.ack) || answer.failure) };
        } catch (error) {
          const errors = formErrors(error.answer);
          return errors ? { errors } : { problem: error.message };
        }
      },
      async closeView(view) {
        await told('', () => post('/control/close_view', { user: person(), view_id: view.id }));
        refresh('view');
      },
      async homeOpened() {
        await told('', () => post('/control/home_opened', { user: person() }));
        refresh('home');
      },
      async react(channel, ts, name, remove) {
        await told(channel, () => post('/control/react', { user: person(), channel, ts, name, remove }));
        refresh(`messages:${channel}`);
      },
      async pin(channel, message) {
        await told(channel, () => post('/control/pin', { user: person(), channel, ts: message.ts, remove: message.pinned }));
        refresh(`messages:${channel}`);
      },
      async edit(channel, ts, text) {
        const done = await told(channel, () => post('/control/edit', { user: person(), channel, ts, text }));
        refresh(`messages:${channel}`);
        return done;
      },
      async remove(channel, ts) {
        await told(channel, () => post('/control/delete', { user: person(), channel, ts }));
        refresh(`messages:${channel}`);
      },
      async shortcut(channel, ts, shortcut) {
        await told(channel, async () => {
          await post('/control/shortcut', { user: person(), channel, ts, callback_id: shortcut.callbackId });
        });
        refresh('view', `messages:${channel}`);
      },
      async join(channel) {
        await told(channel, () => post('/control/join', { user: person(), channel }));
        refresh('channels');
      },
      async advance(minutes) {
        await told('', () => post('/control/clock', { advance_s: minutes * 60 }));
        refresh('clock', 'channels');
      },
      openThread: (channel, ts) => now.current.go(toThread(channel, ts)),
      copyLink: (channel, ts) => told(channel, () => navigator.clipboard.writeText(`${location.origin}/${toMessageLink(channel, ts)}`)),
      copyText: (message, names) => told('', () => navigator.clipboard.writeText(plainWords(message.text, names))),
      get shortcuts() {
        return now.current.workspace.shortcuts;
      },
    };
  }, []);
}
