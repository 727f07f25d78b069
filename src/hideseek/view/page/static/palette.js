/** Colours of the scene and the plots. Teams differ in brightness and shape as well, never in hue alone. */

export const TEAM = ["#2273d6", "#d8402f"];
export const TEAM_NAMES = ["hiders", "seekers"];
export const PALETTE = {
  page: "#f3f1ec",
  floor: "#e9edf0",
  floorLine: "#d7dde2",
  wall: "#a9b4c6",
  wallTop: "#bcc6d5",
  box: "#f2b13c",
  ramp: "#f6cf83",
  rampMark: "#b97d1f",
  ink: "#22272f",
  white: "#ffffff",
  muted: "#6b7280",
};
