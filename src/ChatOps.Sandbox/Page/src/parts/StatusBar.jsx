import { useDirectory } from '../state/Directory.jsx';
import { useNow } from '../state/useNow.js';
import { clockTime } from '../text/dates.js';
import { ClockIcon, MenuIcon, ShopIcon } from './icons.jsx';
import { MenuButton } from './MenuButton.jsx';

const STEPS = [1, 5, 15];

/** Says that this is practice, what time the sandbox has, and how the shop is. */
export function StatusBar({ offset, shop, shopOpen, onShop, onAdvance, onDrawer }) {
  const broken = (shop?.faults ?? []).filter((fault) => fault.active).length;
  const down = (shop?.services ?? []).filter((service) => serviceTone(service.status) === 'bad').length;
  const trouble = down > 0 ? `${down} down` : broken > 0 ? `${broken} fault${broken === 1 ? '' : 's'}` : '';
  const words = (minutes) => `+${minutes} min`;
  return (
    <div className="status-bar" role="region" aria-label="Sandbox">
      <button type="button" className="skip" onClick={() => document.querySelector('.composer textarea')?.focus()}>Skip to the composer</button>
      <button type="button" className="bar-button drawer-only" aria-label="Open the channel list" onClick={onDrawer}><MenuIcon /></button>
      <span className="status-words"><strong>Sandbox</strong><span className="wide-only"> · practice here, nothing is real outside this machine</span></span>
      <SandboxTime offset={offset} />
      <span className="wide-only clock-steps" role="group" aria-label="Move the sandbox's clock">
        {STEPS.map((minutes) => <button type="button" className="bar-button" key={minutes} onClick={() => onAdvance(minutes)}>{words(minutes)}</button>)}
      </span>
      <span className="narrow-only">
        <MenuButton className="bar-button" label="Move the sandbox's clock"
          items={STEPS.map((minutes) => ({ key: minutes, label: words(minutes), run: () => onAdvance(minutes) }))}>
          <ClockIcon />
        </MenuButton>
      </span>
      <button type="button" className={`bar-button shop-button ${trouble ? 'trouble' : ''}`} aria-pressed={shopOpen} onClick={onShop}>
        <ShopIcon /><span>Shop</span>{trouble && <span className="shop-trouble">{trouble}</span>}
      </button>
    </div>
  );
}

function SandboxTime({ offset }) {
  const { settings } = useDirectory();
  const now = useNow(offset);
  const ahead = Math.round(offset / 60_000);
  return (
    <span className="sandbox-time" title={ahead > 0 ? `The sandbox's clock is ${ahead} min ahead of yours` : "The sandbox's clock"}>
      <time dateTime={new Date(now).toISOString()}>{clockTime(now, settings, true)}</time>
      {ahead > 0 && <small> +{ahead} min</small>}
    </span>
  );
}

/** good, bad or unsure: how a service's state is coloured. */
export function serviceTone(status) {
  if (/^(ok|up|running|healthy|ready)$/.test(status)) {
    return 'good';
  }
  return /^(down|stopped|crashed|dead|failed|not[ _]running|exited|unhealthy|killed)$/.test(status) ? 'bad' : 'unsure';
}
