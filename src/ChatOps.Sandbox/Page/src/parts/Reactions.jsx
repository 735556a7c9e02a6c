import { useDirectory } from '../state/Directory.jsx';
import { Emoji } from '../text/Mrkdwn.jsx';
import { SmileIcon } from './icons.jsx';
import { MenuButton } from './MenuButton.jsx';

const OFFERED = ['+1', 'eyes', 'white_check_mark', 'pushpin', 'memo', 'raised_hands', 'tada', 'heart', 'fire', 'thinking_face', 'x', 'rotating_light'];

export function Reactions({ message, channel, deeds }) {
  const directory = useDirectory();
  if (message.reactions.length === 0) {
    return null;
  }
  return (
    <div className="reactions" role="group" aria-label="Reactions">
      {message.reactions.map((reaction) => {
        const mine = reaction.users.includes(directory.me);
        const people = reaction.users.map((id) => directory.names.user(id) ?? id).join(', ');
        return (
          <button type="button" key={reaction.name} className="reaction" aria-pressed={mine} title={people}
            aria-label={`${reaction.name.replaceAll('_', ' ')}, ${reaction.users.length}: ${people}`}
            onClick={() => deeds.react(channel.id, message.ts, reaction.name, mine)}>
            <Emoji name={reaction.name} /><span>{reaction.users.length}</span>
          </button>
        );
      })}
      <ReactionPicker message={message} channel={channel} deeds={deeds} className="reaction add" />
    </div>
  );
}

export function ReactionPicker({ message, channel, deeds, className }) {
  const panel = (close) => <ReactionGrid message={message} channel={channel} deeds={deeds} close={close} />;
  return <MenuButton className={className} label="Add reaction" panel={panel}><SmileIcon /></MenuButton>;
}

export function ReactionGrid({ message, channel, deeds, close, count = OFFERED.length }) {
  const { me } = useDirectory();
  return (
    <div className="reaction-grid">
      {OFFERED.slice(0, count).map((name) => (
        <button type="button" role="menuitem" key={name} aria-label={name.replaceAll('_', ' ')} title={`:${name}:`}
          onClick={() => {
            close();
            deeds.react(channel.id, message.ts, name, message.reactions.some((one) => one.name === name && one.users.includes(me)));
          }}>
          <Emoji name={name} />
        </button>
      ))}
    </div>
  );
}
