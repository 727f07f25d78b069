/** How far an agent sees: level rays from its centre against walls, cylinders, boxes and ramps; other agents do not block. */

export const HALF_ANGLE = (3 / 8) * Math.PI;

/**
 * Write how far an agent sees in each direction of its cone of view, counter-clockwise.
 * @param {import("./episode.js").Layout} layout
 * @param {import("./episode.js").Moment} moment
 * @param {number} agent
 * @param {Float32Array} ranges [ray] metres, at most `limit`
 * @param {number} limit
 */
export function measureView(layout, moment, agent, ranges, limit) {
  const p = moment.position;
  const [x, y, z] = [p[3 * agent], p[3 * agent + 1], p[3 * agent + 2]];
  const first = moment.yaw[agent] - Math.PI / 2 - HALF_ANGLE;
  const turn = (2 * HALF_ANGLE) / (ranges.length - 1);
  ranges.fill(limit);
  for (const wall of layout.walls) {
    if (Math.abs(z - wall.z) > wall.hz) continue;
    castAll(ranges, first, turn, x - wall.x, y - wall.y, 0, -wall.hx, wall.hx, -wall.hy, wall.hy);
  }
  for (const cylinder of layout.cylinders) {
    if (Math.abs(z - cylinder.z) > cylinder.hz) continue;
    castAtCircle(ranges, first, turn, cylinder.x - x, cylinder.y - y, cylinder.radius);
  }
  const { agents, bodies, boxes } = layout.counts;
  for (let b = agents; b < bodies; b++) {
    const half = layout.halfSize.subarray(3 * b, 3 * b + 3);
    const height = z - p[3 * b + 2];
    if (!layout.exists[b] || Math.abs(height) > half[2]) continue;
    // A ramp's slice at this height ends where its slope is.
    const end = b < agents + boxes ? half[1] : (-height / half[2]) * half[1];
    castAll(ranges, first, turn, x - p[3 * b], y - p[3 * b + 1], moment.yaw[b], -half[0], half[0], -half[1], end);
  }
}

/** Shorten all rays that hit a rectangle; (x, y) is the eye as seen from its body, which is turned by yaw. */
function castAll(ranges, first, turn, x, y, yaw, x0, x1, y0, y1) {
  const [cosine, sine] = [Math.cos(yaw), Math.sin(yaw)];
  const ex = cosine * x + sine * y;
  const ey = cosine * y - sine * x;
  for (let k = 0; k < ranges.length; k++) {
    const angle = first + k * turn - yaw;
    const hit = cast(ex, ey, Math.cos(angle), Math.sin(angle), x0, x1, y0, y1);
    if (hit < ranges[k]) ranges[k] = hit;
  }
}

/** Distance along a ray to a rectangle along the axes, Infinity where it misses or begins inside. */
function cast(x, y, dx, dy, x0, x1, y0, y1) {
  const [ax, bx] = [(x0 - x) / dx, (x1 - x) / dx];
  const [ay, by] = [(y0 - y) / dy, (y1 - y) / dy];
  const near = Math.max(Math.min(ax, bx), Math.min(ay, by));
  const far = Math.min(Math.max(ax, bx), Math.max(ay, by));
  return near <= far && near > 0 ? near : Infinity;
}

/** Shorten all rays that hit a circle, whose middle is at (x, y) as seen from the eye. */
function castAtCircle(ranges, first, turn, x, y, radius) {
  for (let k = 0; k < ranges.length; k++) {
    const [cosine, sine] = [Math.cos(first + k * turn), Math.sin(first + k * turn)];
    const remainder = radius ** 2 - (x * sine - y * cosine) ** 2;
    if (remainder < 0) continue;
    const hit = x * cosine + y * sine - Math.sqrt(remainder);
    if (hit > 0 && hit < ranges[k]) ranges[k] = hit;
  }
}
