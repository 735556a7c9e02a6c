// Line icons, 20 by 20, drawn for this page.

function Icon({ children }) {
  return (
    <svg viewBox="0 0 20 20" width="20" height="20" fill="none" stroke="currentColor" strokeWidth="1.6" strokeLinecap="round" strokeLinejoin="round"
      aria-hidden="true" focusable="false">{children}</svg>
  );
}

export const DotsIcon = () => <Icon><path d="M4.5 10h.01M10 10h.01M15.5 10h.01" strokeWidth="2.6" /></Icon>;
export const CloseIcon = () => <Icon><path d="m5 5 10 10M15 5 5 15" /></Icon>;
export const BackIcon = () => <Icon><path d="m12 4-6 6 6 6" /></Icon>;
export const MenuIcon = () => <Icon><path d="M3 5.5h14M3 10h14M3 14.5h14" /></Icon>;
export const HashIcon = () => <Icon><path d="M8 3.5 6.5 16.5M13.5 3.5 12 16.5M4 7.5h13M3 12.5h13" /></Icon>;
export const LockIcon = () => <Icon><rect x="4.5" y="9" width="11" height="7.5" rx="1.5" /><path d="M7 9V6.5a3 3 0 0 1 6 0V9" /></Icon>;
export const PinIcon = () => <Icon><path d="M12 3.5 16.5 8l-3 1-3 3-.5 3.5L4.5 10l3.5-.5 3-3zM7.2 12.8 3.5 16.5" /></Icon>;
export const ReplyIcon = () => <Icon><path d="M4 4.5h12v8H9.5L6 15.5v-3H4z" /></Icon>;
export const SmileIcon = () => <Icon><circle cx="10" cy="10" r="6.5" /><path d="M7.5 11.5c1.2 1.7 3.8 1.7 5 0M7.8 8h.01M12.2 8h.01" /></Icon>;
export const SendIcon = () => <Icon><path d="M3.5 10 16.5 4l-3.5 12-3.5-5zM9.5 11l7-7" /></Icon>;
export const FileIcon = () => <Icon><path d="M5.5 3h6L15 6.5V17H5.5zM11 3v4h4M8 10.5h4.5M8 13.5h4.5" /></Icon>;
export const ShopIcon = () => <Icon><path d="M3.5 8 5 3.5h10L16.5 8M4.5 9.5v7h11v-7M8 16.5v-4h4v4M3.5 8c0 2 3.2 2 3.2 0 0 2 3.3 2 3.3 0 0 2 3.3 2 3.3 0 0 2 3.2 2 3.2 0" /></Icon>;
export const ClockIcon = () => <Icon><circle cx="10" cy="10" r="6.5" /><path d="M10 6.5V10l2.5 1.5" /></Icon>;
export const EyeIcon = () => <Icon><path d="M2.5 10c3-5 12-5 15 0-3 5-12 5-15 0z" /><circle cx="10" cy="10" r="2" /></Icon>;
export const HomeIcon = () => <Icon><path d="M3.5 9.5 10 4l6.5 5.5M5 8.5v8h10v-8" /></Icon>;
