/** What became of the e-mail with a link. */
export const LETTERS = { waiting: "e-mail on its way", sending: "e-mail on its way", sent: "e-mail sent", dropped: "e-mail not needed any more", unsure: "the e-mail may not have arrived", refused: "the e-mail was refused" };
