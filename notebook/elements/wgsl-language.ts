/** WGSL for CodeMirror: words and comments of the specification (https://www.w3.org/TR/WGSL/), without a grammar. */
import { StreamLanguage, type StringStream } from '@codemirror/language';

const words = (text: string) => new Set(text.trim().split(/\s+/));

/** WGSL § 2.3 Keywords, and the directives' words. */
const keywords = words(`
  alias break case const const_assert continue continuing default diagnostic discard else enable fn for if let loop
  override requires return struct switch var while`);

const types = words(`
  bool f16 f32 i32 u32 vec2 vec3 vec4 vec2i vec3i vec4i vec2u vec3u vec4u vec2f vec3f vec4f vec2h vec3h vec4h
  mat2x2 mat2x3 mat2x4 mat3x2 mat3x3 mat3x4 mat4x2 mat4x3 mat4x4
  mat2x2f mat2x3f mat2x4f mat3x2f mat3x3f mat3x4f mat4x2f mat4x3f mat4x4f
  mat2x2h mat2x3h mat2x4h mat3x2h mat3x3h mat3x4h mat4x2h mat4x3h mat4x4h
  array atomic ptr sampler sampler_comparison
  texture_1d texture_2d texture_2d_array texture_3d texture_cube texture_cube_array texture_multisampled_2d
  texture_storage_1d texture_storage_2d texture_storage_2d_array texture_storage_3d texture_external
  texture_depth_2d texture_depth_2d_array texture_depth_cube texture_depth_cube_array texture_depth_multisampled_2d`);

/** Address spaces, access modes and built-in values: names that mean something in their place only. */
const contextual = words(`
  function private workgroup uniform storage read write read_write
  local_invocation_id local_invocation_index global_invocation_id workgroup_id num_workgroups
  subgroup_size subgroup_invocation_id`);

const literals = words('true false');

const number =
  /^(?:0[xX][\da-fA-F]*\.?[\da-fA-F]+(?:[pP][+-]?\d+[fh]?)?[iu]?|\d+\.\d*(?:[eE][+-]?\d+)?[fh]?|\.\d+(?:[eE][+-]?\d+)?[fh]?|\d+(?:[eE][+-]?\d+[fh]?|[iufh])?)/;

const name = /^[\p{XID_Start}_][\p{XID_Continue}]*/u;

interface State {
  /** Block comments nest. */
  comments: number;
  /** Open brackets, each with the indentation of its line. */
  brackets: number[];
}

function comment(stream: StringStream, state: State): string {
  while (!stream.eol()) {
    if (stream.match('/*')) state.comments++;
    else if (stream.match('*/')) {
      state.comments--;
      if (state.comments === 0) break;
    } else stream.next();
  }
  return 'comment';
}

function token(stream: StringStream, state: State): string | null {
  if (state.comments > 0) return comment(stream, state);
  if (stream.eatSpace()) return null;
  if (stream.match('//')) {
    // What Warpbook reads above the code stands out a little.
    const directive = /^\s*(program|kernel|lab|workgroups|expect|swap)\s*:/.test(
      stream.string.slice(stream.pos),
    );
    stream.skipToEnd();
    return directive ? 'docComment' : 'comment';
  }
  if (stream.match('/*')) {
    state.comments++;
    return comment(stream, state);
  }
  if (stream.match(number)) return 'number';
  if (stream.match(/^@\s*[\p{XID_Start}_][\p{XID_Continue}]*/u)) return 'attribute';
  const found = stream.match(name) as RegExpMatchArray | null;
  if (found) return wordStyle(found[0], stream);
  const next = stream.next() ?? '';
  if ('([{'.includes(next)) {
    state.brackets.push(stream.indentation());
    return 'bracket';
  }
  if (')]}'.includes(next)) {
    state.brackets.pop();
    return 'bracket';
  }
  if (',;:'.includes(next)) return 'punctuation';
  return '+-*/%&|^~!<>='.includes(next) ? 'operator' : null;
}

function wordStyle(word: string, stream: StringStream): string {
  if (keywords.has(word)) return 'keyword';
  if (types.has(word)) return 'typeName';
  if (literals.has(word)) return 'bool';
  const before = stream.string.slice(0, stream.start);
  if (/\.\s*$/.test(before)) return 'propertyName';
  if (contextual.has(word) && /[<(,]\s*$/.test(before)) return 'modifier';
  return stream.match(/^\s*\(/, false) ? 'variableName.function' : 'variableName';
}

export const wgsl = StreamLanguage.define<State>({
  name: 'wgsl',
  startState: () => ({ comments: 0, brackets: [] }),
  copyState: ({ comments, brackets }) => ({ comments, brackets: [...brackets] }),
  token,
  indent({ brackets }, textAfter, { unit }) {
    const open = brackets.at(-1);
    if (open === undefined) return 0;
    return /^\s*[)\]}]/.test(textAfter) ? open : open + unit;
  },
  languageData: {
    commentTokens: { line: '//', block: { open: '/*', close: '*/' } },
    closeBrackets: { brackets: ['(', '[', '{'] },
    indentOnInput: /^\s*[)\]}]$/,
  },
});
