/** Colours of the scene and the plots. Teams differ in brightness and shape as well, never in hue alone. */

export const TEAM = ["#2273d6", "#d8402f"];
export const TEAM_NAMES = ["hiders", "seekers"];
export const PALETTE = {
  page: "#eef0f4",
  floor: "#ffffff",
  floorLine: "#e6eaf1",
  wall: "#bccadf",
  wallTop: "#cbd6e6",
  cylinder: "#9ad3b1",
  box: "#f2b13c",
  ramp: "#ffdf9c",
  rampMark: "#a86c12",
  food: "#37a34a",
  site: "#7a4fd0",
  ink: "#22272f",
  white: "#ffffff",
  muted: "#6b7280",
};
