// Functions of the guest book for its templates.
import { defineLibrary } from "pub-runtime/service";

export const library = defineLibrary("guestbook", {
  initials: {
    args: "s",
    doc: "The first letters of the first two words of a name.",
    run: (name) => {
      const letters = name
        .trim()
        .split(/\s+/)
        .map((word) => [...word][0] ?? "");
      return letters.slice(0, 2).join("").toUpperCase();
    },
  },
});
