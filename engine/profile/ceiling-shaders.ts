/** Micro-benchmarks in WGSL. Each has a result that can be checked, so that none of its work can be optimised away. */
import { wgsl } from 'wgsl-preprocessor/wgsl-preprocessor.js';
import { unroll } from '../../kernels/unroll.ts';

/** A shader with `x` at binding 0 and `y` at binding 1, and what one workgroup of it does. */
export interface Microbenchmark {
  readonly wgsl: string;
  /** Floating-point operations, or bytes moved. */
  readonly unitsPerWorkgroup: number;
  /** Bytes of `x` that one workgroup reads, or 0 where all read the same; and of `y` that it writes. */
  readonly bytesRead: number;
  readonly bytesWritten: number;
  /** What `x` begins with. */
  readonly input: Float32Array<ArrayBuffer>;
  /** What `y` begins with afterwards. */
  readonly result: readonly number[];
}

const multiplyAdds = 1024;

/**
 * Multiply-adds in `accumulators` independent vectors a thread, as `s · a + b` with a and b from memory. With a = ½ and
 * b = 1 each comes to 2 exactly.
 */
export function multiplyAdd(type: 'f32' | 'f16', accumulators: number): Microbenchmark {
  const width = 64;
  return {
    wgsl: wgsl`
#if ${type === 'f16'}
enable f16;
#endif
@group(0) @binding(0) var<storage, read> x: array<f32, 2>;
@group(0) @binding(1) var<storage, read_write> y: array<vec4<f32>>;
@compute @workgroup_size(${width})
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let a = vec4<${type}>(${type}(x[0]));
  let b = vec4<${type}>(${type}(x[1]));
${unroll(accumulators, (i) => `  var s_${i} = vec4<${type}>(${type}(id.x & 7u) + ${i}.0);`)}
  for (var i = 0u; i < ${multiplyAdds}u; i++) {
${unroll(accumulators, (i) => `    s_${i} = s_${i} * a + b;`)}
  }
  y[id.x] = vec4<f32>(${Array.from({ length: accumulators }, (_, i) => `s_${i}`).join(' + ')});
}
`,
    unitsPerWorkgroup: width * accumulators * multiplyAdds * 8,
    bytesRead: 0,
    bytesWritten: 16 * width,
    input: Float32Array.of(0.5, 1),
    result: new Array(4).fill(2 * accumulators),
  };
}

/** Copies: each thread eight vectors, neighbouring threads neighbouring ones. */
export function copy(): Microbenchmark {
  const width = 64;
  const vectors = 8;
  return {
    wgsl: wgsl`
@group(0) @binding(0) var<storage, read> x: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read_write> y: array<vec4<f32>>;
@compute @workgroup_size(${width})
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(local_invocation_id) local: vec3<u32>) {
  let first = workgroup.x * ${width * vectors}u + local.x;
${unroll(vectors, (i) => `  let v_${i} = x[first + ${i * width}u];`)}
${unroll(vectors, (i) => `  y[first + ${i * width}u] = v_${i};`)}
}
`,
    unitsPerWorkgroup: 32 * width * vectors,
    bytesRead: 16 * width * vectors,
    bytesWritten: 16 * width * vectors,
    input: Float32Array.of(3, 1, 4, 1, 5, 9, 2, 6),
    result: [3, 1, 4, 1, 5, 9, 2, 6],
  };
}

const visits = 513;

/**
 * Reads and writes workgroup memory: each thread turns four vectors of its own by one place in each round, at places
 * that the compiler does not know. There is no barrier in it: on a GPU barriers are nearly free, and on a software adapter, where
 * they cost more than anything else, this is what memory alone reaches.
 */
export function workgroupMemory(): Microbenchmark {
  const width = 64; // SwiftShader takes three seconds to compile it for 256.
  const slots = 4;
  return {
    wgsl: wgsl`
@group(0) @binding(0) var<storage, read> x: array<u32, 1>;
@group(0) @binding(1) var<storage, read_write> y: array<vec4<f32>>;
var<workgroup> tile: array<vec4<f32>, ${width * slots}>;
@compute @workgroup_size(${width})
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(local_invocation_id) local: vec3<u32>) {
  let stride = x[0];
${unroll(slots, (i) => `  tile[local.x + ${i}u * stride] = vec4<f32>(0.0, 1.0, 2.0, 3.0) + ${i}.0;`)}
  for (var i = 0u; i < ${visits}u; i++) {
${unroll(slots, (i) => `    let v_${i} = tile[local.x + ((i + ${i}u) & 3u) * stride];`)}
${unroll(slots, (i) => `    tile[local.x + ((i + ${i}u) & 3u) * stride] = v_${i}.yzwx;`)}
  }
  y[id.x] = tile[local.x + 3u * stride];
}
`,
    unitsPerWorkgroup: 32 * width * slots * visits,
    bytesRead: 0,
    bytesWritten: 16 * width,
    input: new Float32Array(Uint32Array.of(width).buffer),
    result: [4, 5, 6, 3],
  };
}

/** Next to nothing, but it counts. */
export const emptyDispatch: Microbenchmark = {
  wgsl: `
@group(0) @binding(0) var<storage, read> x: array<f32, 1>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;
@compute @workgroup_size(1)
fn main() { y[0] = max(y[0], x[0]); }
`,
  unitsPerWorkgroup: 1,
  bytesRead: 0,
  bytesWritten: 4,
  input: Float32Array.of(7),
  result: [7],
};
