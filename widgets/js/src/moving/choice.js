// Which exercises a take may be moved to, and which of them are meant by what is typed.

/** Plain letters of a text: case and accents make no difference. */
const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

/** Whether every word of `asked` begins a word of the exercise. */
export function means(exercise, asked) {
  const words = plain(`${exercise.title} ${exercise.words}`).split(/[^\p{L}\p{N}]+/u);
  return plain(asked).split(/\s+/).filter(Boolean).every((part) => words.some((word) => word.startsWith(part)));
}

/** The courses with what is left of their exercises; those with none are left out. */
export const found = (courses, asked) =>
  courses
    .map((course) => ({ ...course, exercises: course.exercises.filter((one) => means(one, asked)) }))
    .filter((course) => course.exercises.length);
